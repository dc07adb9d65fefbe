import { z } from 'zod'
import { formatUsd } from '../../billing/money.ts'
import { forecastRunway } from '../../jobs/forecast-runway.ts'
import { money, time } from '../answer-fields.ts'
import { accountIn, unknownAccount } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const RENEWALS_SHOWN_MS = 31 * 86_400_000

const runwaySchema = z.object({
  currency: z.string(),
  available: money,
  spendPerDay: money.describe('what usage cost a day, on average'),
  basedOnDays: z.int(),
  lastsDays: z.int().nullable().describe('whole days; null for longer than a year'),
  lastsUntil: time.nullable(),
  nextRecharge: z
    .object({ at: time, amount: money })
    .nullable()
    .describe('null where auto-recharge is off or paused, or nothing calls for it'),
  renewals: z
    .array(z.object({ at: time, number: z.string(), amount: money }))
    .describe('of the next 31 days'),
  sentence: z.string(),
})

/** How long the credit of an account lasts if nothing is added to it, and when the next automatic recharge begins. */
export const accountRunway = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/runway',
  scope: 'read',
  customers: 'read',
  summary:
    'How long the credit lasts by what usage cost so far and the renewals to come, and when it is recharged',
  query: z.strictObject({}),
  answers: { status: 200, content: { 'application/json': runwaySchema } },

  async handle({ request }, context) {
    const found = await forecastRunway(context, accountIn(request))
    if (!found) throw unknownAccount()
    const { rechargeAt, rechargeAmount } = found
    const shownUntil = new Date(context.clock.now().getTime() + RENEWALS_SHOWN_MS)
    return {
      currency: found.currency,
      available: formatUsd(found.available),
      spendPerDay: formatUsd(found.spendPerDay),
      basedOnDays: found.basedOnDays,
      lastsDays: found.lastsDays,
      lastsUntil: found.lastsUntil?.toISOString() ?? null,
      nextRecharge: rechargeAt && { at: rechargeAt.toISOString(), amount: formatUsd(rechargeAmount) },
      renewals: found.renewals
        .filter(({ at }) => at <= shownUntil)
        .map(({ at, number, amount }) => ({ at: at.toISOString(), number, amount: formatUsd(amount) })),
      sentence: found.sentence,
    }
  },
})
