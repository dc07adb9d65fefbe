import { type Micros, micros, subtractMicros } from '../billing/money.ts'
import { periodStart } from '../billing/renewal-calendar.ts'
import { nextPeriod } from '../billing/renewal-period.ts'
import { restoreOrder } from '../billing/renewal-start.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import type { NumberChange } from '../db/number-changes.ts'
import type { PhoneNumber } from '../db/phone-numbers.ts'
import type { RenewalCharge } from '../db/renewals.ts'
import { type PaidNumber, payDue, type RechargeState, type RenewalMoment } from './renew-charges.ts'
import { takeStep } from './renew-steps.ts'

/** What is to happen to one number. */
export interface NumberPlan {
  readonly before: PhoneNumber
  readonly after: PhoneNumber
  readonly charges: readonly RenewalCharge[]
  readonly changes: readonly NumberChange[]
  /** The last decision about it, with its notices and the price of what comes next. */
  readonly last: Pick<PaidNumber, 'step' | 'next' | 'price'>
}

export interface AccountPlan {
  readonly numbers: readonly NumberPlan[]
  /** The credit that is left when what is due is paid, and the least that is left for a renewal that is near. */
  readonly left: Micros
  readonly leastForNear: Micros
}

/** How auto-recharge stands for what is due, and for what is near. */
export interface Recharges {
  readonly due: RechargeState
  readonly near: RechargeState
}

export const NO_RECHARGE: Recharges = { due: 'unavailable', near: 'unavailable' }

/**
 * Decides about numbers of one account, the oldest first: what is due takes its turn at the credit, then what is near is
 * measured against what is left when all that renews before is paid. `near` are the account's other numbers whose
 * renewals are near.
 */
export function planAccount(
  {
    numbers: { due, paidUp },
    near,
    credit,
    recharges,
  }: {
    readonly numbers: SortedNumbers
    readonly near: readonly PhoneNumber[]
    /** The balance less what is held. */
    readonly credit: Micros
    readonly recharges: Recharges
  },
  moment: RenewalMoment,
): AccountPlan {
  const plans: NumberPlan[] = []
  let left = credit
  for (const number of due) {
    const paid = payDue(number, { available: left, recharge: recharges.due }, moment)
    left = paid.available
    plans.push(toPlan(number, paid, moment))
  }
  const ahead = renewalsAhead([...paidUp, ...near], moment)
  let leastForNear = left
  for (const number of paidUp) {
    const available = subtractMicros(left, ahead(number))
    if (available < leastForNear) leastForNear = available
    plans.push(toPlan(number, payDue(number, { available, recharge: recharges.near }, moment), moment))
  }
  return { numbers: plans, left, leastForNear }
}

/** True where something of the plan would be otherwise if auto-recharge could help. */
export function isShort({ numbers }: AccountPlan): boolean {
  return numbers.some(({ last: { step } }) => STEPS_DOWN.has(step.decision.do) || step.notices.length > 0)
}

const STEPS_DOWN: ReadonlySet<string> = new Set([
  'enter_grace',
  'stay_grace',
  'suspend',
  'stay_suspended',
  'release',
])

/** Numbers of one account, oldest first: those with something to be decided now, and the others. */
export interface SortedNumbers {
  readonly due: readonly PhoneNumber[]
  /** Active, and no renewal of theirs has begun. */
  readonly paidUp: readonly PhoneNumber[]
}

export function sortNumbers(numbers: readonly PhoneNumber[], moment: RenewalMoment): SortedNumbers {
  const { due = [], paidUp = [] } = Object.groupBy(restoreOrder(numbers), (number) =>
    isPaidUp(number, moment) ? 'paidUp' : 'due',
  )
  return { due, paidUp }
}

function toPlan(before: PhoneNumber, paid: PaidNumber, moment: RenewalMoment): NumberPlan {
  const { number: after, changes } = takeStep(paid, moment)
  return { before, after, charges: paid.charges, changes: [...paid.changes, ...changes], last: paid }
}

/** An active number none of whose renewals is due. */
function isPaidUp(number: PhoneNumber, moment: RenewalMoment): boolean {
  const { state, anchor, lastChargedIndex } = number
  if (state !== 'active' || !isKnownZone(anchor.timeZone)) return false
  const startsAt = periodStart(anchor, lastChargedIndex + 1)
  return startsAt > moment.now || startsAt >= moment.dueBefore
}

/** For each of some numbers, the sum of the renewals of the others that begin before its own. */
function renewalsAhead(
  numbers: readonly PhoneNumber[],
  moment: RenewalMoment,
): (number: PhoneNumber) => Micros {
  const sums = new Map<string, Micros>()
  let sum = 0n
  const upcoming = numbers.flatMap((number) => {
    const next = nextPeriod({ ...moment, ...number })
    return next ? [{ number, startsAt: next.startsAt }] : []
  })
  for (const { number, startsAt } of upcoming.toSorted(byStart)) {
    sums.set(number.number, micros(sum))
    sum += moment.priceOf(number, startsAt)?.amount ?? 0n
  }
  return ({ number }) => sums.get(number) ?? micros(0n)
}

interface Upcoming {
  readonly number: PhoneNumber
  readonly startsAt: Date
}

function byStart(a: Upcoming, b: Upcoming): number {
  return (
    a.startsAt.getTime() - b.startsAt.getTime() ||
    a.number.anchor.at.getTime() - b.number.anchor.at.getTime() ||
    (a.number.number < b.number.number ? -1 : 1)
  )
}
