import { Panel } from '../parts/panel.tsx'
import { AmountForm } from './amount-form.tsx'
import { LostPayment } from './lost-payment.tsx'
import { PaymentProgress } from './payment-progress.tsx'
import { usePayment } from './use-payment.ts'

/** Charges the card on file with an amount that the customer names. */
export function PayNow() {
  const payment = usePayment()
  const { step } = payment
  return (
    <Panel title="Pay now" id="pay-now">
      {step.step === 'lost' && (
        <LostPayment amount={step.amount} onAgain={() => void payment.pay(step.amount)} />
      )}
      {step.step === 'watching' && <PaymentProgress payment={payment} note={step.note} />}
      {(step.step === 'form' || step.step === 'sending') && (
        <AmountForm
          isSending={step.step === 'sending'}
          refusal={step.step === 'form' ? step.refusal : null}
          onPay={(amount) => void payment.pay(amount)}
        />
      )}
    </Panel>
  )
}
