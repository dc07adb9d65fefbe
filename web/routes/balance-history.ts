import { z } from 'zod'
import { formatUsd } from '../../billing/money.ts'
import { readBalances, readCardCredits } from '../../db/balance-history.ts'
import { money, time } from '../answer-fields.ts'
import { instant, wholeNumber } from '../parameters.ts'
import { type Range, rangeOf } from '../range.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'

const POINTS_MIN = 10
const POINTS_MAX = 400
const RECHARGES_MAX = 500

const historySchema = z.object({
  currency: z.literal('USD'),
  from: time,
  to: time,
  points: z.array(z.object({ at: time, balance: money })),
  recharges: z
    .array(
      z.object({
        at: time,
        amount: money,
        origin: z
          .enum(['manual', 'auto'])
          .nullable()
          .describe('null where no top-up stands behind the payment'),
        topup: z.uuid().nullable(),
        entry: z.string(),
      }),
    )
    .describe('credit that came in by card: the newest 500 of the time, in its order'),
})

/** The balance at instants that lie evenly within a time, both of its ends among them, and the recharges in it. */
export const balanceHistory = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/balance-history',
  scope: 'read',
  customers: 'read',
  summary: 'The balance over a time as a line of points, with the recharges in it',
  query: z.strictObject({
    from: instant.optional(),
    to: instant.optional(),
    points: wholeNumber({ min: POINTS_MIN, max: POINTS_MAX }).default(100),
  }),
  answers: { status: 200, content: { 'application/json': historySchema } },

  async handle({ query, request }, { db, clock }) {
    const account = await requireAccount(db, request)
    const now = clock.now()
    const { from, to } = untilNow(rangeOf(query, now), now)
    const points = await readBalances(db, account, instantsBetween({ from, to }, query.points))
    const credits = await readCardCredits(db, { account, from, to, limit: RECHARGES_MAX })
    return {
      currency: 'USD',
      from: from.toISOString(),
      to: to.toISOString(),
      points: points.map(({ at, balance }) => ({ at: at.toISOString(), balance: formatUsd(balance) })),
      recharges: credits.map(({ seq, at, amount, origin, topup }) => ({
        at: at.toISOString(),
        amount: formatUsd(amount),
        origin,
        topup,
        entry: String(seq),
      })),
    }
  },
})

/** What has not come yet has no balance. */
function untilNow({ from, to }: Range, now: Date): Range {
  return { from: from < now ? from : now, to: to < now ? to : now }
}

/** So many instants, to the millisecond. */
function instantsBetween({ from, to }: Range, count: number): Date[] {
  const spanMs = to.getTime() - from.getTime()
  return Array.from(
    { length: count },
    (_, index) => new Date(from.getTime() + Math.round((spanMs * index) / (count - 1))),
  )
}
