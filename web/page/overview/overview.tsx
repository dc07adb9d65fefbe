import { PayNow } from '../pay-now/pay-now.tsx'
import { BalancePanel } from './balance-panel.tsx'
import { HistoryPanel } from './history-panel.tsx'
import styles from './overview.module.css'

/** How the credit stands, how it came to that, and the way to add to it. */
export function Overview() {
  return (
    <div className={styles['overview']}>
      <BalancePanel />
      <PayNow />
      <div className={styles['wide']}>
        <HistoryPanel />
      </div>
    </div>
  )
}
