import type { NumberState } from './number-lifecycle.ts'
import { periodAt, periodOf, type RenewalAnchor, type RenewalPeriod } from './renewal-calendar.ts'

/** What a number's next charge depends on. */
export interface RentedNumber {
  readonly state: NumberState
  /** When it came into its state. */
  readonly stateSince: Date
  readonly anchor: RenewalAnchor
  /** Index of the newest period that was charged; the purchase charges 0. */
  readonly lastChargedIndex: number
  readonly now: Date
  /** Periods that begin before it are due: the run's cut-off, or `now` when a payment asks. */
  readonly dueBefore: Date
}

/**
 * The period that is charged next, due or not; null for a number that is gone, and for a suspended one whose clock stands
 * before what was charged. While a number is rented no period is left out. A suspended one owes what it was rented for
 * until the suspension, whole periods only, and then the period in which it comes back.
 */
export function nextPeriod(number: RentedNumber): RenewalPeriod | null {
  const { state, anchor, lastChargedIndex } = number
  if (state === 'released' || state === 'ported_out') return null
  const next = lastChargedIndex + 1
  if (state !== 'suspended' || next < periodAt(anchor, number.stateSince)) return periodOf(anchor, next)
  const current = periodAt(anchor, number.now)
  return current > lastChargedIndex ? periodOf(anchor, current) : null
}

/** True for what has begun by both clocks: the one that is handed in and, for a number that is paid up, the run's. */
export function isDue(
  { state, now, dueBefore }: Pick<RentedNumber, 'state' | 'now' | 'dueBefore'>,
  { startsAt }: RenewalPeriod,
): boolean {
  return startsAt <= now && (state !== 'active' || startsAt < dueBefore)
}

/** The state of the number once `period` is charged: active, unless more is owed before it is. */
export function stateOnceCharged(number: RentedNumber, { index }: RenewalPeriod): NumberState {
  const { state, anchor, now, dueBefore } = number
  if (state === 'suspended') return index < periodAt(anchor, now) ? 'suspended' : 'active'
  if (state !== 'grace') return 'active'
  const owesMore = isDue({ state: 'active', now, dueBefore }, periodOf(anchor, index + 1))
  return owesMore ? 'grace' : 'active'
}
