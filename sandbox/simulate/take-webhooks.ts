import { storeStripeEvent } from '../../db/stripe-events.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import type { FakeStripe } from '../fake-stripe/start-fake-stripe.ts'

/** Stores what Stripe has told since the last time, as its webhooks would have brought it: each event once. */
export function webhookTaker(
  { db, clock }: PaymentDeps,
  { events }: FakeStripe['state'],
): () => Promise<void> {
  const taken = new Set<string>()
  return async () => {
    for (const { id, type, data } of events.values()) {
      if (taken.has(id)) continue
      taken.add(id)
      const { object } = data
      if (!('id' in object) || typeof object.id !== 'string') continue
      await storeStripeEvent(db, { id, type, objectId: object.id }, clock.now())
    }
  }
}
