import { Button } from '@mantine/core'
import { formatMoney } from '../money/format-money.ts'
import styles from './payment-progress.module.css'

/** A payment whose outcome is not known here. */
export function LostPayment({ amount, onAgain }: { amount: string; onAgain: () => void }) {
  return (
    <div className={styles['progress']} role="alert">
      <p>
        A payment of <strong>{formatMoney(amount)}</strong> was sent, and no answer came back. It may have
        been made or not.
      </p>
      <p className="dimmed small">
        Press to find out. It is the same payment, so your card is charged once at most, however often you
        press.
      </p>
      <Button onClick={onAgain}>Finish this payment</Button>
    </div>
  )
}
