import { z } from 'zod'
import { countryOfPrefix } from '../../billing/calling-country.ts'
import type { Rate } from '../../billing/rate.ts'
import { listRates } from '../../billing/rate-list.ts'
import { rateSearch } from '../../billing/rate-search.ts'
import type { RateCards } from '../../billing/rating.ts'
import { KINDS_OF_ITEM, USAGE_ITEMS, USAGE_KINDS } from '../../billing/usage-record.ts'
import { time } from '../answer-fields.ts'
import { numberRateAnswer, numberRateSchema } from '../number-rate-answer.ts'
import { oneOf, phoneNumber, wholeNumber } from '../parameters.ts'
import { invalidValue } from '../problem.ts'
import { countrySchema, rateAnswer, rateSchema } from '../rate-answer.ts'
import { ratesCursor, ratesCursorAfter } from '../rates-cursor.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 200
const SEARCH_LENGTH_MAX = 64

const ratesQuery = z.strictObject({
  number: phoneNumber.optional(),
  item: oneOf(USAGE_ITEMS).optional(),
  kind: oneOf(USAGE_KINDS).optional(),
  search: z
    .string('must be given once')
    .trim()
    .min(1, 'must not be empty')
    .max(SEARCH_LENGTH_MAX, `must be at most ${SEARCH_LENGTH_MAX} characters`)
    .describe("a country's name or ISO code, a prefix, or a part of the description")
    .optional(),
  cursor: ratesCursor.optional(),
  limit: wholeNumber({ min: 1, max: LIMIT_MAX }).optional(),
})

type RatesQuery = z.infer<typeof ratesQuery>

const common = { currency: z.literal('USD'), asOf: time }

const ratesSchema = z.union([
  z.object({
    ...common,
    number: z.string(),
    country: countrySchema.nullable(),
    rates: z.array(numberRateSchema).describe('one for each item and kind'),
  }),
  z.object({
    ...common,
    rates: z.array(rateSchema),
    next: z.string().nullable().describe('the cursor of the page that goes on; null at the end'),
  }),
])

/**
 * The rates that apply to an account now: with `number` what that number costs, worked out by the code that charges; without
 * it the list of the account's own card and the standard card, as far as it can apply, by item, prefix and kind.
 */
export const rates = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/rates',
  scope: 'read',
  customers: 'read',
  summary: 'The rates of an account, or what one number costs',
  query: ratesQuery,
  answers: { status: 200, content: { 'application/json': ratesSchema } },

  async handle({ query, request }, { db, clock, rateBook }) {
    const account = await requireAccount(db, request)
    const { item, kind, number } = query
    if (kind && item && !KINDS_OF_ITEM[item].includes(kind)) {
      throw invalidValue('kind', `must be one that ${item} has`)
    }
    for (const field of ['search', 'cursor', 'limit'] as const) {
      if (number !== undefined && query[field] !== undefined)
        throw invalidValue(field, 'does not go with number')
    }
    const cardsOf = await rateBook.cardsFor([account])
    const now = clock.now()
    const answer = { currency: 'USD', asOf: now.toISOString() }
    return number === undefined
      ? { ...answer, ...page(cardsOf(account), query, now) }
      : { ...answer, ...ofNumber(cardsOf(account), { ...query, number }, now) }
  },
})

function page(
  cards: RateCards,
  { item, kind, search, cursor, limit = LIMIT_DEFAULT }: RatesQuery,
  now: Date,
) {
  const isFound = search === undefined ? () => true : rateSearch(search)
  const matches = (rate: Rate) =>
    (!item || rate.item === item) && (!kind || ofKind(rate, kind)) && isFound(rate)
  const listed = listRates(cards, { atMs: now.getTime(), after: cursor ?? null, matches })
  const found = listed.take(limit + 1).toArray()
  const last = found[limit - 1]
  return {
    rates: found.slice(0, limit).map(rateAnswer),
    next: last && found.length > limit ? ratesCursorAfter(last.set[0]) : null,
  }
}

/** Whether a rate may price usage of a kind. */
function ofKind(rate: Rate, kind: (typeof USAGE_KINDS)[number]): boolean {
  return rate.kind === null ? KINDS_OF_ITEM[rate.item].includes(kind) : rate.kind === kind
}

function ofNumber(cards: RateCards, { number, item, kind }: RatesQuery & { number: string }, now: Date) {
  const asked = USAGE_ITEMS.filter((one) => item === undefined || one === item).flatMap((one) => {
    const kinds = KINDS_OF_ITEM[one]
    return (kinds.length === 0 ? [null] : kinds).map((ofOne) => ({ item: one, kind: ofOne }))
  })
  return {
    number,
    country: number.startsWith('+') ? countryOfPrefix(number.slice(1)) : null,
    rates: asked
      .filter((one) => kind === undefined || one.kind === kind)
      .map((one) => numberRateAnswer({ number, ...one, atMs: now.getTime() }, cards)),
  }
}
