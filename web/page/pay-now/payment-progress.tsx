import { Button, Loader } from '@mantine/core'
import type { TopupWithSecret } from '../api/topups.ts'
import { formatMoney } from '../money/format-money.ts'
import { Authenticate } from './authenticate.tsx'
import styles from './payment-progress.module.css'
import { Receipt } from './receipt.tsx'
import type { Payment } from './use-payment.ts'

/** A payment on its way, up to its receipt or the reason why there is none. */
export function PaymentProgress({ payment, note }: { payment: Payment; note: string | null }) {
  return (
    <div className={styles['progress']} aria-live="polite">
      {note && <p className={styles['note']}>{note}</p>}
      {payment.topup ? (
        <Stage topup={payment.topup} payment={payment} />
      ) : (
        <Working what="Reading the payment…" />
      )}
    </div>
  )
}

function Stage({ topup, payment }: { topup: TopupWithSecret; payment: Payment }) {
  const { startOver, look } = payment
  const what = topup.origin === 'auto' ? 'An automatic recharge' : 'A payment'
  switch (topup.status) {
    case 'succeeded':
      return <Receipt topup={topup} onDone={startOver} />
    case 'failed':
    case 'canceled':
      return <NotMade topup={topup} onAgain={startOver} />
    case 'requires_action':
      return <Authenticate topup={topup} onDone={look} />
    case 'processing':
      return <Working what={`${what} of ${formatMoney(topup.amount)} is on its way to your bank…`} />
    case 'unknown':
      return (
        <Working
          what={`${what} of ${formatMoney(topup.amount)} was sent, and Stripe has not answered yet. We keep asking: your card is charged once at most.`}
        />
      )
  }
}

function Working({ what }: { what: string }) {
  return (
    <p className={styles['working']}>
      <Loader size="sm" aria-hidden="true" />
      <span>{what}</span>
    </p>
  )
}

function NotMade({ topup, onAgain }: { topup: TopupWithSecret; onAgain: () => void }) {
  return (
    <div className={styles['progress']} role="alert">
      <p>
        <strong>{formatMoney(topup.amount)} was not paid.</strong> Your card was not charged.
      </p>
      {topup.message && <p>{topup.message}</p>}
      <Button variant="default" onClick={onAgain}>
        Try again
      </Button>
    </div>
  )
}
