import { z } from 'zod'
import { formatUsd } from '../../billing/money.ts'
import { readSpend, SPEND_KEYS, type Spent } from '../../db/spend.ts'
import { money, time } from '../answer-fields.ts'
import { instant, oneOf, unknownAccount, wholeNumber } from '../parameters.ts'
import { rangeOf } from '../range.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'

const LIMIT_MAX = 366

const spentSchema = z.object({ amount: money, count: z.int() })

const spendSchema = z.object({
  currency: z.literal('USD'),
  timeZone: z.string().describe('by which days begin'),
  from: time,
  to: time,
  by: z.enum(SPEND_KEYS),
  total: money.describe('above zero, as every amount here'),
  count: z.int(),
  groups: z.array(spentSchema.extend({ key: z.string() })),
  rest: spentSchema.nullable().describe('the groups beyond the limit together'),
  untagged: spentSchema.nullable().describe('what has no such number or tag'),
  reversed: spentSchema
    .nullable()
    .describe('charges taken back in this time; the sums above have them still'),
})

/**
 * What usage and renewals cost within a time, by posting: by item, by day where the account is, by the account's own number,
 * or by a tag.
 */
export const spend = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/spend',
  scope: 'read',
  customers: 'read',
  summary: 'Where the money went: charges of usage and renewals by item, day, number or tag',
  query: z.strictObject({
    from: instant.optional(),
    to: instant.optional(),
    by: oneOf(SPEND_KEYS).default('item'),
    limit: wholeNumber({ min: 1, max: LIMIT_MAX }).default(20),
  }),
  answers: { status: 200, content: { 'application/json': spendSchema } },

  async handle({ query, request }, { db, clock }) {
    const account = await requireAccount(db, request)
    const { from, to } = rangeOf(query, clock.now())
    const { by } = query
    const found = await readSpend(db, {
      account,
      from,
      to,
      by,
      limit: by === 'day' ? LIMIT_MAX + 1 : query.limit,
    })
    if (!found) throw unknownAccount()
    const { timeZone, total, groups, rest, untagged, reversed } = found
    return {
      currency: 'USD',
      timeZone,
      from: from.toISOString(),
      to: to.toISOString(),
      by,
      total: formatUsd(total.amount),
      count: total.count,
      groups: groups.map(({ key, ...spent }) => ({ key, ...spentAnswer(spent) })),
      rest: rest && spentAnswer(rest),
      untagged: untagged && spentAnswer(untagged),
      reversed: reversed && spentAnswer(reversed),
    }
  },
})

function spentAnswer({ amount, count }: Spent): z.infer<typeof spentSchema> {
  return { amount: formatUsd(amount), count }
}
