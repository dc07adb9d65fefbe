import { useSession } from '../api/session.ts'
import { type Topup, useTopups } from '../api/topups.ts'
import { Answered } from '../parts/answered.tsx'
import { Money } from '../parts/money.tsx'
import { Panel } from '../parts/panel.tsx'
import { formatTime } from '../time/format-time.ts'
import styles from './topups-panel.module.css'

/** The latest payments, by hand and automatic, with what became of each. */
export function TopupsPanel() {
  const topups = useTopups()
  return (
    <Panel title="Latest payments">
      <Answered query={topups} what="the payments" lines={5}>
        {(found) =>
          found.length === 0 ? (
            <p className="dimmed">No payment was made yet.</p>
          ) : (
            <ul className={styles['list']}>
              {found.map((topup) => (
                <TopupLine key={topup.id} topup={topup} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  )
}

const OUTCOMES = {
  succeeded: 'Paid',
  processing: 'On its way',
  requires_action: 'Waits for your bank',
  unknown: 'Not known yet',
  failed: 'Not paid',
  canceled: 'Canceled',
} as const

function TopupLine({ topup }: { topup: Topup }) {
  const { timeZone } = useSession()
  return (
    <li className={styles['line']}>
      <span>
        <span className={styles['what']}>
          {topup.origin === 'auto' ? 'Auto-recharge' : 'Pay now'}
          {topup.requestedBy && <span className="dimmed">, {topup.requestedBy}</span>}
        </span>
        <span className="dimmed small">{formatTime(topup.createdAt, timeZone, 'date and time')}</span>
        {topup.message && <span className="small">{topup.message}</span>}
      </span>
      <span className={styles['outcome']}>
        <strong>
          <Money amount={topup.amount} />
        </strong>
        <span className="small" data-status={topup.status}>
          {OUTCOMES[topup.status]}
        </span>
      </span>
    </li>
  )
}
