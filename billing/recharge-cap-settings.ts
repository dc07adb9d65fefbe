import { type Micros, micros } from './money.ts'
import { type CapSpan, DEFAULT_RECHARGE_CAPS, type RechargeCap, type RechargeCaps } from './recharge-caps.ts'
import { readMoney, type SettingFault } from './recharge-setting-fields.ts'
import { isObject } from './usage-fields.ts'

const COUNT_MAX = 100
/** A hundred of the largest recharges. */
const AMOUNT_MAX = micros(500_000_000_000n)

/** Reads caps that never fall from day to week to month and each leave room for one recharge of `amount`; null stands
 *  for absent ones. Answers null after a fault. */
export function readCaps(value: unknown, amount: Micros | null, faults: SettingFault[]): RechargeCaps | null {
  if (value === null) return defaultCaps(amount)
  if (!isObject(value)) {
    faults.push({ field: 'caps', rule: 'must be an object with day, week and month' })
    return null
  }
  const drafts = {
    day: readCap(value['day'], { span: 'day', amount }, faults),
    week: readCap(value['week'], { span: 'week', amount }, faults),
    month: readCap(value['month'], { span: 'month', amount }, faults),
  }
  checkRise(drafts, faults)
  const [day, week, month] = [wholeCap(drafts.day), wholeCap(drafts.week), wholeCap(drafts.month)]
  return day && week && month ? { day, week, month } : null
}

/** A recharge that is larger than a default cap would never happen. */
function defaultCaps(amount: Micros | null): RechargeCaps {
  const raised = (cap: RechargeCap): RechargeCap => ({
    count: cap.count,
    amount: amount !== null && amount > cap.amount ? amount : cap.amount,
  })
  const { day, week, month } = DEFAULT_RECHARGE_CAPS
  return { day: raised(day), week: raised(week), month: raised(month) }
}

/** A cap of which a faulty part is null. */
interface CapDraft {
  readonly count: number | null
  readonly amount: Micros | null
}

function wholeCap({ count, amount }: CapDraft): RechargeCap | null {
  return count === null || amount === null ? null : { count, amount }
}

function readCap(
  value: unknown,
  { span, amount }: { readonly span: CapSpan; readonly amount: Micros | null },
  faults: SettingFault[],
): CapDraft {
  if (!isObject(value)) {
    faults.push({ field: `caps.${span}`, rule: 'must be an object with count and amount' })
    return { count: null, amount: null }
  }
  return {
    count: readCount(value['count'], `caps.${span}.count`, faults),
    amount: readMoney(
      value['amount'],
      {
        field: `caps.${span}.amount`,
        min: amount ?? micros(1n),
        tooSmall: amount === null ? 'must be above zero' : 'must be at least the recharge amount',
        max: AMOUNT_MAX,
        tooLarge: 'must be at most $500,000',
      },
      faults,
    ),
  }
}

function readCount(value: unknown, field: string, faults: SettingFault[]): number | null {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= COUNT_MAX) return value
  faults.push({ field, rule: `must be a whole number from 1 to ${COUNT_MAX}` })
  return null
}

/** What a day may have, its week may have; what a week may have, its month. */
function checkRise(drafts: Readonly<Record<CapSpan, CapDraft>>, faults: SettingFault[]): void {
  for (const [shorter, longer] of [
    ['day', 'week'],
    ['week', 'month'],
  ] as const) {
    for (const part of ['count', 'amount'] as const) {
      const [less, more] = [drafts[shorter][part], drafts[longer][part]]
      if (less === null || more === null || more >= less) continue
      faults.push({ field: `caps.${longer}.${part}`, rule: `must be at least that of the ${shorter}` })
    }
  }
}
