import { z } from 'zod'
import { completeStripeEvent, postponeStripeEvent, readOwedEvent } from '../db/stripe-events.ts'
import { applyEvent } from './apply-event.ts'
import { backoffMs } from './backoff.ts'
import { defineJob } from './define-job.ts'
import { msAfter, paymentDepsOf } from './payment-deps.ts'

/**
 * Works an event of Stripe's: reads the object it tells of and takes over its state. The event itself is only a signal, so
 * duplicates and any order end in the same. Running twice changes nothing: what follows from an object is done once. Dying
 * half-way leaves the event owed, and it is swept.
 */
export const applyStripeEvent = defineJob({
  name: 'apply-stripe-event',
  queue: 'stripe',
  attempts: 1,
  timeoutMs: 120_000,
  payload: z.object({ v: z.literal(1), event: z.string() }),

  async run({ event: id }, context) {
    const deps = paymentDepsOf(context)
    const event = await readOwedEvent(deps.db, id)
    if (!event) return
    try {
      const outcome = await applyEvent(deps, event)
      await completeStripeEvent(deps.db, id, outcome, deps.clock.now())
    } catch (error) {
      await postponeStripeEvent(deps.db, id, msAfter(deps.clock.now(), backoffMs(event.tries + 1)))
      throw error
    }
  },
})
