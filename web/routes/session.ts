import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { readAccountPlace } from '../../db/accounts.ts'
import { endPageSession } from '../../db/page-sessions.ts'
import { time } from '../answer-fields.ts'
import { csrfTokenOf } from '../csrf.ts'
import { clearSessionCookie } from '../page-session.ts'
import { unknownAccount } from '../parameters.ts'
import type { SessionPrincipal } from '../principal.ts'
import { defineRoute } from '../route.ts'

const path = '/v1/session'

const stripeSchema = z.object({
  publishableKey: z.string(),
  origin: z.string().describe('where the browser speaks to Stripe'),
  isStandIn: z.boolean().describe('a stand-in that takes documented test cards and has no card form'),
})

const sessionSchema = z.object({
  account: z.string(),
  role: z.enum(['viewer', 'manager']),
  name: z.string(),
  timeZone: z.string().describe("the account's, an IANA name"),
  currency: z.string(),
  csrfToken: z.string().describe('goes into the header X-CSRF-Token of every change'),
  expiresAt: time,
  stripe: stripeSchema.nullable().describe('null where no card can be handed over'),
})

/** What the billing page must know to begin. */
export const session = defineRoute({
  method: 'GET',
  path,
  scope: null,
  customers: 'read',
  summary: "The customer's session: whose account, what they may do, and what the page needs",
  query: z.strictObject({}),
  answers: { status: 200, content: { 'application/json': sessionSchema } },

  async handle({ request }, { db, stripe }) {
    const visitor = sessionOf(request)
    const { account, role, name, endsAt } = visitor
    const place = await readAccountPlace(db, account)
    if (!place) throw unknownAccount()
    const browser = stripe?.browser ?? null
    return {
      account,
      role,
      name,
      ...place,
      csrfToken: csrfTokenOf(visitor),
      expiresAt: endsAt.toISOString(),
      stripe: browser && {
        publishableKey: browser.publishableKey,
        origin: browser.origin,
        isStandIn: browser.isSandbox,
      },
    }
  },
})

/** Leaving: the cookie is worth nothing any more, wherever it is. */
export const endSession = defineRoute({
  method: 'DELETE',
  path,
  scope: null,
  customers: 'read',
  summary: "Ends the customer's session",
  query: z.strictObject({}),
  answers: { status: 204, content: {} },

  async handle({ request, reply }, { db, page }) {
    await endPageSession(db, sessionOf(request).secret)
    clearSessionCookie(reply, page)
  },
})

/** Nobody else gets here: the route takes no key. */
function sessionOf({ principal }: FastifyRequest): SessionPrincipal {
  if (principal?.kind === 'session') return principal
  throw new Error('a route for customers was called without a session')
}
