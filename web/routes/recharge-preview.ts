import { z } from 'zod'
import { localDaysTouched } from '../../billing/local-days.ts'
import { formatUsd, sumMicros } from '../../billing/money.ts'
import { previewRecharges } from '../../billing/recharge-preview.ts'
import { readAccountPlace } from '../../db/accounts.ts'
import { type AutoRecharge, readAutoRecharge } from '../../db/auto-recharge.ts'
import { readBalancePath } from '../../db/balance-path.ts'
import { money, time } from '../answer-fields.ts'
import { accountIn, unknownAccount, wholeNumber } from '../parameters.ts'
import { capsAnswer } from '../recharge-settings-answer.ts'
import { defineRoute } from '../route.ts'
import { checkedSettings } from '../save-recharge-settings.ts'

const LOOK_BACK_MS = 30 * 86_400_000

const dollars = z.string('must be given once')
const count = wholeNumber({ min: 1, max: 100 }).optional()

const previewQuery = z.strictObject({
  amount: dollars.describe('greater than $50, in whole cents').optional(),
  threshold: dollars.describe('$10 or more, in whole cents').optional(),
  dayCount: count,
  dayAmount: dollars.optional(),
  weekCount: count,
  weekAmount: dollars.optional(),
  monthCount: count,
  monthAmount: dollars.optional(),
})

const outcome = {
  count: z.int(),
  total: money,
  lowestBalance: money,
  daysBelowZero: z.int().describe('days, where the account is, with a balance that stayed at zero or below'),
}

const previewSchema = z.object({
  currency: z.literal('USD'),
  from: time,
  to: time,
  resolution: z.enum(['entry', 'hour']).describe('hour: charges were taken together hour by hour'),
  recharges: z.array(z.object({ at: time, amount: money })),
  ...outcome,
  lowestAt: time,
  heldBack: z.array(z.object({ at: time, why: z.string() })).describe('when a cap kept a recharge back'),
  actual: z.object(outcome).describe('what did happen'),
})

/**
 * What auto-recharge with some settings would have done in the last 30 days, if the card had paid each time, by the rule
 * that decides about real recharges. The settings are checked like those that are saved; those left out are the stored ones.
 */
export const rechargePreview = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/recharge-preview',
  scope: 'read',
  customers: 'read',
  summary: 'What auto-recharge with some settings would have done in the last 30 days',
  query: previewQuery,
  answers: { status: 200, content: { 'application/json': previewSchema } },

  async handle({ query, request }, { db, clock }) {
    const account = accountIn(request)
    const [stored, place] = [await readAutoRecharge(db, account), await readAccountPlace(db, account)]
    if (!stored || !place) throw unknownAccount()
    const { amount, threshold, caps } = checkedSettings(settingsOf(query, stored), stored)
    const to = clock.now()
    const path = await readBalancePath(db, { account, from: new Date(to.getTime() - LOOK_BACK_MS), to })
    const others = path.steps.filter(({ isRecharge }) => !isRecharge)
    const recharged = path.steps.filter(({ isRecharge }) => isRecharge).map(({ change }) => change)
    const preview = previewRecharges({ ...path, to, steps: others }, { amount, threshold, caps })
    const past = previewRecharges({ ...path, to }, null)
    return {
      currency: 'USD',
      from: path.from.toISOString(),
      to: to.toISOString(),
      resolution: path.resolution,
      recharges: preview.recharges.map((one) => ({
        at: one.at.toISOString(),
        amount: formatUsd(one.amount),
      })),
      count: preview.recharges.length,
      total: formatUsd(preview.total),
      lowestBalance: formatUsd(preview.lowestBalance),
      lowestAt: preview.lowestAt.toISOString(),
      daysBelowZero: localDaysTouched(place.timeZone, preview.withoutCredit),
      heldBack: preview.heldBack.map(({ at, why }) => ({ at: at.toISOString(), why })),
      actual: {
        count: recharged.length,
        total: formatUsd(sumMicros(recharged)),
        lowestBalance: formatUsd(past.lowestBalance),
        daysBelowZero: localDaysTouched(place.timeZone, past.withoutCredit),
      },
    }
  },
})

/** The settings in the form in which they are saved. */
function settingsOf(query: z.infer<typeof previewQuery>, { settings }: AutoRecharge) {
  const { day, week, month } = capsAnswer(settings.caps)
  const { amount, threshold, dayCount, dayAmount, weekCount, weekAmount, monthCount, monthAmount } = query
  return {
    enabled: false,
    amount: amount ?? formatUsd(settings.amount),
    threshold: threshold ?? formatUsd(settings.threshold),
    caps: {
      day: { count: dayCount ?? day.count, amount: dayAmount ?? day.amount },
      week: { count: weekCount ?? week.count, amount: weekAmount ?? week.amount },
      month: { count: monthCount ?? month.count, amount: monthAmount ?? month.amount },
    },
  }
}
