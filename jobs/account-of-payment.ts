import { readTopupByPayment } from '../db/topups.ts'
import { applyPayment } from './apply-payment.ts'
import { askStripe } from './ask-stripe.ts'
import { definite } from './definite.ts'
import type { PaymentDeps } from './payment-deps.ts'

/**
 * Whose payment it is, null when it is none of ours. A payment that no top-up here knows is read and taken over first: it
 * is told by what we wrote on it. Throws a BillingError when Stripe gives no answer.
 */
export async function accountOfPayment(deps: PaymentDeps, paymentId: string): Promise<string | null> {
  const topup = await readTopupByPayment(deps.db, paymentId)
  if (topup) return topup.account
  const payment = definite(await askStripe(deps, (stripe) => stripe.readPayment(paymentId)))
  return (await applyPayment(deps, payment)) === 'foreign' ? null : payment.account
}
