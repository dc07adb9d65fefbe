import { z } from 'zod'
import { defineJob } from './define-job.ts'
import { paymentDepsOf } from './payment-deps.ts'
import { reconcile } from './reconcile.ts'

/**
 * Compares what Stripe has with what is here and closes every gap. Running twice changes nothing more. Dying half-way
 * leaves the mark where it was, and the next one, a quarter of an hour later, does it again.
 */
export const reconcilePayments = defineJob({
  name: 'reconcile-payments',
  queue: 'stripe',
  attempts: 1,
  timeoutMs: 14 * 60_000,
  payload: z.object({ v: z.literal(1) }),

  async run(_payload, context) {
    const { tallies } = await reconcile(paymentDepsOf(context))
    context.log.info({ tallies }, 'payments reconciled')
  },
})
