import { z } from 'zod'
import { recordMailEvents } from '../../db/mail-events.ts'
import { rawBodyOf } from '../body-parsers.ts'
import { Problem } from '../problem.ts'
import { defineRoute } from '../route.ts'
import { readEventDelivery } from '../sendgrid-events.ts'

/**
 * Takes what SendGrid reports of mails, signed by it. Each event is kept once, whoever sends it again; what cannot be read
 * is logged and not asked for again.
 */
export const sendgridWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks/sendgrid',
  scope: null,
  rateLimit: 'none',
  summary: "Takes SendGrid's signed events of mails",
  query: z.strictObject({}),
  rawBody: true,
  answers: { status: 200, content: { 'application/json': z.object({ stored: z.int() }) } },

  async handle({ request }, { db, clock, log, sendGridWebhookKey }) {
    if (sendGridWebhookKey === null) {
      throw new Problem('unavailable', { detail: 'no public key for the events of mails is configured' })
    }
    const now = clock.now()
    const { events, unreadable } = readEventDelivery(rawBodyOf(request), request.headers, {
      publicKey: sendGridWebhookKey,
      now,
    })
    if (unreadable > 0) log.error({ unreadable }, 'mail events cannot be read')
    return { stored: await recordMailEvents(db, events, now) }
  },
})
