import { formatUsd } from '../billing/money.ts'
import type { Topup } from '../db/topups.ts'

/** What looking at a top-up again would do, as it stands now, in sentences: the rules of `advance`. */
export function describeAdvance(topup: Topup): readonly string[] {
  if (topup.settledAt) return [`Nothing: the top-up has ended as ${topup.status}.`]
  const amount = `${formatUsd(topup.amount)} USD`
  if (topup.paymentId === null) {
    return [
      `Asks Stripe, under the same idempotency key, for the payment of ${amount}, then charges it once.`,
      'A top-up whose key is about to expire, or which stayed unknown for an hour, is cancelled instead: nothing was charged.',
    ]
  }
  const read = `Reads the payment ${topup.paymentId} from Stripe and takes over what became of it.`
  switch (topup.status) {
    case 'unknown':
      return [
        read,
        `If Stripe has charged ${amount}, the credit is posted, once. If Stripe never executed the charge, it is sent again under the same key; after an hour of not knowing it is cancelled instead, and then nothing was charged.`,
      ]
    case 'requires_action':
      return [read, 'While the customer has time to confirm it at the bank, it waits on.']
    default:
      return [
        read,
        `A charge that Stripe has not executed is sent under its own key, so ${amount} are charged once.`,
      ]
  }
}
