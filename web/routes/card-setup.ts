import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasCardSetup } from '../../db/card-setups.ts'
import { readCards } from '../../db/cards.ts'
import { beginCardSetup, completeSetup } from '../../jobs/register-card.ts'
import { cardAnswer, cardSchema, noCard } from '../card-answer.ts'
import { oneOf, partIn, readBody } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { IDEMPOTENCY_KEY, optionalKeyIn } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { requirePayments } from '../require-payments.ts'
import { defineRoute } from '../route.ts'

const SETUP_ID = /^\w{1,255}$/
const path = '/v1/accounts/:account/card/setup'

const text = (max: number) => {
  const rule = `must be 1 to ${max} characters`
  return z.string(rule).trim().min(1, rule).max(max, rule)
}

const consentSchema = z.object(
  {
    by: text(100).describe('who agreed to charges while they are not there'),
    textVersion: text(100).describe('which text they agreed to'),
  },
  'must say who agreed, and to which text',
)

const requestSchema = z.object({
  role: oneOf(['default', 'backup']).default('default'),
  consent: consentSchema,
})

const setupSchema = z.object({
  setupIntent: z.string(),
  clientSecret: z.string().describe("lets the customer's browser hand a card to Stripe, past this server"),
})

/** Begins to register a card: the browser confirms it with Stripe, then the registration is completed here. */
export const beginSetup = defineRoute({
  method: 'POST',
  path,
  scope: 'manage',
  customers: 'manage',
  summary: 'Begins to register a card, which the browser then hands to Stripe',
  description:
    'The browser hands the card to Stripe with the `clientSecret`; no card number comes to this server. Then the registration is completed by the call below it.',
  query: z.strictObject({}),
  body: { 'application/json': requestSchema },
  headers: [{ ...IDEMPOTENCY_KEY, isRequired: false }],
  problems: ['payments-not-configured'],
  answers: { status: 201, content: { 'application/json': setupSchema } },

  async handle({ request }, context) {
    const account = await requireAccount(context.db, request)
    const { role, consent } = readBody(requestSchema, request)
    const requestKey = optionalKeyIn(request)
    const agreed = { by: consenterIn(request, consent), version: consent.textVersion }
    const { id, clientSecret } = await beginCardSetup(requirePayments(context), {
      account,
      role,
      consent: agreed,
      requestKey,
    })
    return { setupIntent: id, clientSecret }
  },
})

/** A customer agrees in their own name. */
function consenterIn({ principal }: FastifyRequest, { by }: z.infer<typeof consentSchema>): string {
  return principal?.kind === 'session' ? principal.user : by
}

/** Puts the card on file once Stripe has it. Sent again, or after a webhook did it, it changes nothing. */
export const finishSetup = defineRoute({
  method: 'POST',
  path: `${path}/:setupIntent`,
  scope: 'manage',
  customers: 'manage',
  summary: 'Puts a card on file after the browser confirmed it with Stripe',
  description: '202 says that Stripe does not have the card yet. Sent again it changes nothing.',
  query: z.strictObject({}),
  problems: ['unknown-card-setup', 'no-card', 'payments-not-configured'],
  answers: { status: 200, content: { 'application/json': cardSchema } },
  otherwise: { status: 202, content: { 'application/json': z.object({ status: z.literal('waiting') }) } },

  async handle({ request, reply }, context) {
    const account = await requireAccount(context.db, request)
    const payments = requirePayments(context)
    const id = partIn(request, 'setupIntent', SETUP_ID)
    if (!id || !(await hasCardSetup(context.db, { account, id }))) {
      throw new Problem('unknown-card-setup', { detail: 'the account began no registration with this id' })
    }
    const registered = await completeSetup(payments, { account, id })
    if (!registered) {
      reply.code(202)
      return { status: 'waiting' }
    }
    context.waker.wake('recharge-account', { v: 1, account })
    const cards = await readCards(context.db, account)
    if (!cards.some((card) => card.id === registered.id)) throw noCard()
    return cardAnswer(cards)
  },
})
