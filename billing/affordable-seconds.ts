import type { Micros } from './money.ts'
import type { RateSet } from './rate-set.ts'
import { rateBySet } from './rating.ts'

/** Some seconds of a call, and what a call of exactly these costs. */
export interface PricedSeconds {
  readonly seconds: number
  readonly amount: Micros
}

/**
 * The longest call, in whole seconds up to `wanted` (1 or more), that the money pays for, by the arithmetic that charges it.
 * Null where it does not pay for one second. A longer call never costs less, so halving finds the end.
 */
export function affordableSeconds(
  set: RateSet,
  { wanted, money }: { readonly wanted: number; readonly money: Micros },
): PricedSeconds | null {
  const whole = priced(set, { seconds: wanted, money })
  if (whole) return whole
  let best: PricedSeconds | null = null
  let low = 1
  let high = wanted - 1
  while (low <= high) {
    const middle = Math.floor((low + high) / 2)
    const found = priced(set, { seconds: middle, money })
    if (found) {
      best = found
      low = middle + 1
    } else {
      high = middle - 1
    }
  }
  return best
}

/** Null where the seconds cost more than the money. */
function priced(set: RateSet, { seconds, money }: { seconds: number; money: Micros }): PricedSeconds | null {
  const rated = rateBySet({ item: 'phone_call', durationMs: seconds * 1_000, segments: null }, set)
  return rated && rated.amount <= money ? { seconds, amount: rated.amount } : null
}
