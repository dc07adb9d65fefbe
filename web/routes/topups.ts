import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { MANUAL_AMOUNT_MAX, MANUAL_AMOUNT_MIN } from '../../billing/manual-topup.ts'
import { listTopups, readTopup } from '../../db/topups.ts'
import { amountField } from '../amount-field.ts'
import { partIn, readBody, wholeNumber } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { ACTING_USER, actingUserIn, IDEMPOTENCY_KEY, idempotencyKeyIn } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { requirePayments } from '../require-payments.ts'
import { defineRoute } from '../route.ts'
import { startPayment } from '../start-payment.ts'
import { topupAnswer, topupAnswerWithSecret, topupSchema, topupWithSecretSchema } from '../topup-answer.ts'

const LIMIT_DEFAULT = 20
const LIMIT_MAX = 100
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const paymentSchema = z
  .object({
    amount: amountField({ min: MANUAL_AMOUNT_MIN, max: MANUAL_AMOUNT_MAX, rule: 'from $10 to $5,000' }),
  })
  .meta({ examples: [{ amount: '25.00' }] })

/**
 * Charges the card on file now. The same Idempotency-Key again is the same top-up, however often it is sent. The answer is
 * the top-up as far as it got: with `requires_action` the customer has to authenticate, with `processing` and `unknown` its
 * outcome is there to be read later.
 */
export const payNow = defineRoute({
  method: 'POST',
  path: '/v1/accounts/:account/topups',
  scope: 'manage',
  customers: 'manage',
  summary: 'Pay now: charges the card on file and adds the credit',
  description:
    'Charges the card on file now. The same Idempotency-Key again is the same top-up. With `requires_action` the customer has to authenticate, by Stripe.js and the `clientSecret`; with `processing` and `unknown` its outcome is there to be read later.',
  query: z.strictObject({}),
  body: { 'application/json': paymentSchema },
  headers: [IDEMPOTENCY_KEY, ACTING_USER],
  problems: [
    'topup-open',
    ['no-card', 409],
    'account-closed',
    'idempotency-key-reused',
    'payment-limit',
    'payments-paused',
    'payments-not-configured',
  ],
  answers: { status: 201, content: { 'application/json': topupWithSecretSchema } },

  async handle({ request, reply }, context) {
    const account = await requireAccount(context.db, request)
    const payments = requirePayments(context)
    const idempotencyKey = idempotencyKeyIn(request)
    const requestedBy = actingUserIn(request)
    const { amount } = readBody(paymentSchema, request)
    const topup = await startPayment(payments, { account, amount, idempotencyKey, requestedBy })
    context.waker.wake('update-service-state', { v: 1, account })
    reply.header('location', `/v1/accounts/${account}/topups/${topup.id}`)
    return await topupAnswerWithSecret(payments, topup)
  },
})

/** One top-up, as it stands. */
export const topup = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/topups/:topup',
  scope: 'read',
  customers: 'read',
  summary: 'One top-up of an account, as it stands',
  query: z.strictObject({}),
  problems: ['unknown-topup'],
  answers: { status: 200, content: { 'application/json': topupWithSecretSchema } },

  async handle({ request }, { db, payments }) {
    const account = await requireAccount(db, request)
    const id = partIn(request, 'topup', UUID)
    const found = id && (await readTopup(db, { account, id }))
    if (!found) throw new Problem('unknown-topup', { detail: 'the account has no top-up with this id' })
    return await topupAnswerWithSecret(mayPay(request) ? payments : null, found)
  },
})

/** The secret finishes the payment, which is nothing for viewers. */
function mayPay({ principal }: FastifyRequest): boolean {
  return principal?.kind !== 'session' || principal.role === 'manager'
}

/** The newest top-ups of an account, by hand and automatic. */
export const topups = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/topups',
  scope: 'read',
  customers: 'read',
  summary: 'The top-ups of an account, by hand and automatic, newest first',
  query: z.strictObject({ limit: wholeNumber({ min: 1, max: LIMIT_MAX }).default(LIMIT_DEFAULT) }),
  answers: { status: 200, content: { 'application/json': z.object({ topups: z.array(topupSchema) }) } },

  async handle({ query, request }, { db }) {
    const account = await requireAccount(db, request)
    const found = await listTopups(db, { account, limit: query.limit })
    return { topups: found.map(topupAnswer) }
  },
})
