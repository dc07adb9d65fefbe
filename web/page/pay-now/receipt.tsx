import { Button } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useBalance } from '../api/balance.ts'
import { useSession } from '../api/session.ts'
import type { Topup } from '../api/topups.ts'
import { Money } from '../parts/money.tsx'
import { formatTime } from '../time/format-time.ts'
import styles from './receipt.module.css'

/** What was paid, at once; the mail says the same. */
export function Receipt({ topup, onDone }: { topup: Topup; onDone: () => void }) {
  const { timeZone } = useSession()
  const { data: balance } = useBalance()
  return (
    <div className={styles['receipt']} data-testid="receipt">
      <p className={styles['title']}>
        <IconCircleCheck size={26} stroke={1.8} aria-hidden />
        <span>
          <Money amount={topup.amount} /> of credit added
        </span>
      </p>
      <dl className={styles['lines']}>
        <Line name="Paid">{formatTime(topup.settledAt ?? topup.createdAt, timeZone, 'date and time')}</Line>
        {topup.requestedBy && <Line name="By">{topup.requestedBy}</Line>}
        {balance && (
          <Line name="Balance now">
            <Money amount={balance.balance} />
          </Line>
        )}
        <Line name="Payment">
          <code>{topup.id}</code>
        </Line>
      </dl>
      <Button variant="default" onClick={onDone}>
        Done
      </Button>
    </div>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
