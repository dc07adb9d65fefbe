import { type Balance, useBalance, useRunway } from '../api/balance.ts'
import { moneyParts } from '../money/format-money.ts'
import { Answered } from '../parts/answered.tsx'
import { Badge } from '../parts/badge.tsx'
import { Money } from '../parts/money.tsx'
import { Panel } from '../parts/panel.tsx'
import styles from './balance-panel.module.css'

/** The credit as it is now, what of it can be used, and for how long it lasts. */
export function BalancePanel() {
  const balance = useBalance()
  return (
    <Panel title="Current balance" aside={balance.data && <ServiceBadge balance={balance.data} />}>
      <Answered query={balance} what="the balance" lines={4}>
        {(found) => (
          <>
            <LargeAmount amount={found.balance} />
            <RunwaySentence />
            <Parts balance={found} />
          </>
        )}
      </Answered>
    </Panel>
  )
}

const STOPPED = {
  no_credit: 'no credit',
  account_suspended: 'account suspended',
  account_closed: 'account closed',
} as const

function ServiceBadge({ balance: { service, reason } }: { balance: Balance }) {
  if (service === 'active') return <Badge tone="good">Service is on</Badge>
  return <Badge tone="bad">Service is stopped{reason ? `: ${STOPPED[reason]}` : ''}</Badge>
}

function LargeAmount({ amount }: { amount: string }) {
  const { sign, cents, beyond } = moneyParts(amount)
  return (
    <p className={styles['large']} data-testid="balance">
      {sign}${cents}
      {beyond && <span className={styles['beyond']}>{beyond}</span>}
    </p>
  )
}

function RunwaySentence() {
  const { data } = useRunway()
  if (!data) return null
  return <p className={styles['runway']}>Your credit {data.sentence}.</p>
}

function Parts({ balance: { available, held, reserved } }: { balance: Balance }) {
  return (
    <dl className={styles['parts']}>
      <div>
        <dt>Available</dt>
        <dd>
          <Money amount={available} />
        </dd>
      </div>
      <div>
        <dt>Held for calls in progress</dt>
        <dd>
          <Money amount={held} />
        </dd>
      </div>
      <div>
        <dt>Set aside for renewals</dt>
        <dd>
          <Money amount={reserved} />
        </dd>
      </div>
    </dl>
  )
}
