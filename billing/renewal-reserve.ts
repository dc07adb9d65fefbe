import { type Micros, micros, ZERO_MICROS } from './money.ts'
import type { NumberState } from './number-lifecycle.ts'
import { periodAt, type RenewalAnchor } from './renewal-calendar.ts'

export interface ReservedNumber {
  readonly state: NumberState
  readonly anchor: RenewalAnchor
  readonly lastChargedIndex: number
  /** One renewal by today's rate; null where no rate covers it: nothing can be set aside then. */
  readonly price: Micros | null
}

const DAY_MS = 86_400_000

/**
 * What is set aside for the renewals of an account: those that begin within the next `days` of 24 hours and those that have
 * begun and are unpaid. `days` is null where the account does not set any aside. A suspended number holds nothing back:
 * the credit that brings it back is spent at once.
 */
export function renewalReserve(
  numbers: Iterable<ReservedNumber>,
  { days, now }: { readonly days: number | null; readonly now: Date },
): Micros {
  if (days === null) return ZERO_MICROS
  const until = new Date(now.getTime() + days * DAY_MS - 1)
  let sum = 0n
  for (const { state, anchor, lastChargedIndex, price } of numbers) {
    const isRented = state === 'active' || state === 'grace'
    if (!isRented || price === null) continue
    const renewals = Math.max(0, periodAt(anchor, until) - lastChargedIndex)
    sum += price * BigInt(renewals)
  }
  return micros(sum)
}
