import { z } from 'zod'
import { verifyStripeEvent } from '../../clients/stripe-webhook.ts'
import type { Log } from '../../config/logger.ts'
import { withDeadline } from '../../jobs/deadline.ts'
import { rawBodyOf } from '../body-parsers.ts'
import { Problem, paymentsNotConfigured } from '../problem.ts'
import { defineRoute } from '../route.ts'
import { setAsideStripeEvent, takeStripeEvent } from '../take-stripe-event.ts'

/** Less than Stripe waits: it sends again what was not answered. */
const STORE_WITHIN_MS = 8_000

/**
 * Takes what Stripe says has happened, signed by it. An event is stored once, whoever sends it again, and worked later: the
 * answer waits for neither the queue nor Stripe.
 */
export const stripeWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks/stripe',
  scope: null,
  rateLimit: 'none',
  summary: "Takes Stripe's signed events",
  query: z.strictObject({}),
  rawBody: true,
  answers: { status: 200, content: { 'application/json': z.object({ received: z.literal(true) }) } },

  async handle({ request }, context) {
    const { stripe, clock } = context
    if (!stripe) throw paymentsNotConfigured()
    const signature = request.headers['stripe-signature']
    const delivery = {
      rawBody: rawBodyOf(request),
      signature: typeof signature === 'string' ? signature : '',
    }
    const event = verifyStripeEvent(delivery, { secrets: stripe.webhookSecrets, now: clock.now() })
    if (!event)
      throw new Problem('bad-request', { detail: 'the event is not taken: Stripe did not sign it just now' })
    const storing =
      event.live === stripe.isLive ? takeStripeEvent(context, event) : setAsideStripeEvent(context, event)
    await inTime(storing, context.log)
    return { received: true }
  },
})

async function inTime(storing: Promise<void>, log: Log): Promise<void> {
  try {
    await withDeadline(storing, { ms: STORE_WITHIN_MS, what: 'storing an event' })
  } catch (error) {
    log.error({ err: error }, 'event not stored; Stripe sends it again')
    throw new Problem('unavailable', { detail: 'the event could not be stored; send it again' })
  }
}
