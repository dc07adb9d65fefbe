import { CardPanel } from '../card/card-panel.tsx'
import { PayNow } from '../pay-now/pay-now.tsx'
import { RechargePanel } from '../recharge/recharge-panel.tsx'
import styles from './payments.module.css'
import { TopupsPanel } from './topups-panel.tsx'

/** How money comes in: by itself, by hand, and from which card. */
export function Payments() {
  return (
    <div className={styles['payments']}>
      <div className={styles['main']}>
        <RechargePanel />
      </div>
      <div className={styles['side']}>
        <CardPanel />
        <PayNow />
      </div>
      <div className={styles['latest']}>
        <TopupsPanel />
      </div>
    </div>
  )
}
