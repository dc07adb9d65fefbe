import { z } from 'zod'
import { advance } from './advance.ts'
import { defineJob } from './define-job.ts'
import { paymentDepsOf } from './payment-deps.ts'

/**
 * Takes an open top-up as far as it goes: asks Stripe for the payment, charges the card, takes over the outcome, or reads
 * what became of a charge whose answer was lost. Running twice, also at the same time, charges once: there is one payment
 * a top-up, each request has a key of its own, and what Stripe says is taken over once. Dying half-way leaves a top-up
 * that is due again within a minute.
 */
export const advanceTopup = defineJob({
  name: 'advance-topup',
  queue: 'topup',
  attempts: 5,
  timeoutMs: 120_000,
  payload: z.object({ v: z.literal(1), account: z.string(), topup: z.uuid() }),

  async run({ account, topup }, context) {
    await advance(paymentDepsOf(context), { account, id: topup })
    // Credit that came in is seen at once; a wake that is lost is swept.
    await context.wake('update-service-state', { v: 1, account })
  },
})
