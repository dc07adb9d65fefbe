import { z } from 'zod'
import { readNumberChanges } from '../../db/number-changes.ts'
import { listNumbers, readNumbers } from '../../db/phone-numbers.ts'
import { buyNumber as buy } from '../../jobs/buy-number.ts'
import { renewalPrices } from '../../jobs/renew-prices.ts'
import {
  doneNumber,
  historyAnswer,
  NUMBER,
  numberAnswer,
  numberIn,
  numberSchema,
  numberWithHistorySchema,
  unknownNumber,
} from '../number-answer.ts'
import { readBody, wholeNumber } from '../parameters.ts'
import { ACTING_USER, actingUserIn, IDEMPOTENCY_KEY, idempotencyKeyIn } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'

const path = '/v1/accounts/:account/numbers'
const LIMIT_DEFAULT = 100
const LIMIT_MAX = 500

const purchaseSchema = z
  .object({
    number: z.string('must be given').regex(NUMBER, 'must be E.164 with + or a short code of 2 to 8 digits'),
  })
  .meta({ examples: [{ number: '+14155550100' }] })

/** The numbers of an account, those that are gone among them, in the order of their digits. */
export const numbers = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  customers: 'read',
  summary: 'The numbers of an account: their state, and when they renew for how much',
  query: z.strictObject({
    cursor: z.string('must be given once').regex(NUMBER, 'must be the next of a page').optional(),
    limit: wholeNumber({ min: 1, max: LIMIT_MAX }).default(LIMIT_DEFAULT),
  }),
  answers: {
    status: 200,
    content: {
      'application/json': z.object({ numbers: z.array(numberSchema), next: z.string().nullable() }),
    },
  },

  async handle({ query, request }, { db, clock, rateBook }) {
    const account = await requireAccount(db, request)
    const priceOf = await renewalPrices(rateBook, [account])
    // One more than asked for says whether there is a next page.
    const found = await listNumbers(db, { account, after: query.cursor ?? '', limit: query.limit + 1 })
    const page = found.slice(0, query.limit)
    return {
      numbers: page.map((one) => numberAnswer(one, { priceOf, now: clock.now() })),
      next: found.length > page.length ? (page.at(-1)?.number ?? null) : null,
    }
  },
})

/** Buys a number: it is charged at once, and renews each month. The same Idempotency-Key again is the same purchase. */
export const buyNumber = defineRoute({
  method: 'POST',
  path,
  scope: 'manage',
  summary: 'Buys a number, charged at once from credit that covers it',
  description:
    'Renews each month on the day on which it was bought, at that time of day in the zone of the account. The same Idempotency-Key again is the same purchase.',
  query: z.strictObject({}),
  body: { 'application/json': purchaseSchema },
  headers: [IDEMPOTENCY_KEY, ACTING_USER],
  problems: ['number-refused', 'idempotency-key-reused'],
  answers: { status: 201, content: { 'application/json': numberSchema } },

  async handle({ request, reply }, context) {
    const account = await requireAccount(context.db, request)
    const idempotencyKey = idempotencyKeyIn(request)
    const by = actingUserIn(request)
    const wanted = readBody(purchaseSchema, request).number
    const bought = await buy(context, { account, number: wanted, by, idempotencyKey })
    const priceOf = await renewalPrices(context.rateBook, [account])
    const answer = numberAnswer(doneNumber(bought), { priceOf, now: context.clock.now() })
    reply.header('location', `/v1/accounts/${account}/numbers/${answer.number}`)
    return answer
  },
})

/** One number, with everything that happened to it. */
export const number = defineRoute({
  method: 'GET',
  path: `${path}/:number`,
  scope: 'read',
  customers: 'read',
  summary: 'One number of an account, with its history',
  query: z.strictObject({}),
  problems: ['unknown-number'],
  answers: { status: 200, content: { 'application/json': numberWithHistorySchema } },

  async handle({ request }, { db, clock, rateBook }) {
    const account = await requireAccount(db, request)
    const key = { account, number: numberIn(request) }
    const [found] = await readNumbers(db, [key])
    if (!found) throw unknownNumber()
    const priceOf = await renewalPrices(rateBook, [account])
    return {
      ...numberAnswer(found, { priceOf, now: clock.now() }),
      history: historyAnswer(await readNumberChanges(db, key)),
    }
  },
})
