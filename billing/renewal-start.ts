import type { Micros } from './money.ts'
import type { NumberState } from './number-lifecycle.ts'
import { periodAt, periodOf, type RenewalAnchor, type RenewalPeriod } from './renewal-calendar.ts'

export type StartRefusalCode =
  | 'account_closed'
  | 'no_rate'
  | 'insufficient_credit'
  | 'number_not_released'
  | 'restore_too_late'

export interface StartRefusal {
  readonly do: 'refuse'
  readonly code: StartRefusalCode
  readonly message: string
}

export interface StartFacts {
  /** The rate in force for the number; null where there is none. */
  readonly price: Micros | null
  /** The balance less holds and the renewal reserve. */
  readonly available: Micros
  readonly accountClosed: boolean
}

/** Whether a number may be bought: charged at once, and only from credit that covers it. */
export function decidePurchase(
  facts: StartFacts,
): { readonly do: 'buy'; readonly amount: Micros } | StartRefusal {
  const { price, available } = facts
  if (facts.accountClosed) return refusal('account_closed')
  if (price === null) return refusal('no_rate')
  return available > 0n && price <= available ? { do: 'buy', amount: price } : refusal('insufficient_credit')
}

const RESTORE_DAYS = 10
const DAY_MS = 86_400_000

export type RestoreDecision =
  /** `charge`: the period in which it comes back; null when that was paid before the release. */
  | {
      readonly do: 'restore'
      readonly charge: { readonly period: RenewalPeriod; readonly amount: Micros } | null
    }
  | StartRefusal

/**
 * Whether a released number may be restored: within 10 days of its release, at the price of the period in which it comes
 * back, unless that was charged before. The anchor stays. `price` is that of `restorePeriod`.
 */
export function decideRestore(
  number: StartFacts & {
    readonly state: NumberState
    readonly stateSince: Date
    readonly anchor: RenewalAnchor
    readonly lastChargedIndex: number
    readonly now: Date
  },
): RestoreDecision {
  if (number.state !== 'released') return refusal('number_not_released')
  if (number.accountClosed) return refusal('account_closed')
  const isLate = number.now.getTime() > number.stateSince.getTime() + RESTORE_DAYS * DAY_MS
  if (isLate) return refusal('restore_too_late')
  const period = restorePeriod(number)
  if (!period) return { do: 'restore', charge: null }
  const purchase = decidePurchase(number)
  return purchase.do === 'buy' ? { do: 'restore', charge: { period, amount: purchase.amount } } : purchase
}

/** The period that a restore at `now` charges; null when it is charged already. */
export function restorePeriod({
  anchor,
  lastChargedIndex,
  now,
}: {
  readonly anchor: RenewalAnchor
  readonly lastChargedIndex: number
  readonly now: Date
}): RenewalPeriod | null {
  const index = periodAt(anchor, now)
  return index > lastChargedIndex ? periodOf(anchor, index) : null
}

/** The order in which credit brings an account's numbers back: the one bought first comes first. */
export function restoreOrder<T extends { readonly number: string; readonly anchor: RenewalAnchor }>(
  numbers: readonly T[],
): readonly T[] {
  return numbers.toSorted(
    (a, b) => a.anchor.at.getTime() - b.anchor.at.getTime() || (a.number < b.number ? -1 : 1),
  )
}

const MESSAGES: Readonly<Record<StartRefusalCode, string>> = {
  account_closed: 'the account is closed: it can have no numbers',
  no_rate: 'no rate covers the number: import one for its type first',
  insufficient_credit: 'the available credit does not cover the number: add funds first',
  number_not_released: 'the number is not released: only a released number can be restored',
  restore_too_late: `the number was released more than ${RESTORE_DAYS} days ago: it can only be bought again`,
}

function refusal(code: StartRefusalCode): StartRefusal {
  return { do: 'refuse', code, message: MESSAGES[code] }
}
