import type { ChargePart } from './charge-parts.ts'
import { type Micros, micros } from './money.ts'
import type { Rate, Rounding } from './rate.ts'

/** An exact, unsigned sum of picos: `numerator ÷ denominator`. */
export interface ExactCost {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Adds the parts up without any rounding. */
export function exactCost(parts: readonly ChargePart[]): ExactCost {
  let numerator = 0n
  let denominator = 1n
  for (const { price, quantity, per } of parts) {
    const divisor = BigInt(per)
    if (denominator % divisor !== 0n) {
      numerator *= divisor
      denominator *= divisor
    }
    numerator += price * BigInt(quantity) * (denominator / divisor)
  }
  return { numerator, denominator }
}

/** 10^n picos, for n from 0 to 12. */
const POWERS_OF_TEN = Array.from({ length: 13 }, (_, exponent) => 10n ** BigInt(exponent))

/** Rounds a cost once to the rate's decimals. Null when the amount does not fit `Micros`. */
export function roundedAmount(cost: ExactCost, { roundDecimals, rounding }: RoundingRule): Micros | null {
  const step = cost.denominator * powerOfTen(12 - roundDecimals)
  const whole = cost.numerator / step
  const steps = roundsUp({ whole, rest: cost.numerator % step, step }, rounding) ? whole + 1n : whole
  const count = steps * powerOfTen(6 - roundDecimals)
  return BigInt.asIntN(64, count) === count ? micros(count) : null
}

type RoundingRule = Pick<Rate, 'roundDecimals' | 'rounding'>

function roundsUp(
  { whole, rest, step }: Record<'whole' | 'rest' | 'step', bigint>,
  rounding: Rounding,
): boolean {
  if (rest === 0n || rounding === 'down') return false
  if (rounding === 'up') return true
  const twice = rest * 2n
  if (twice !== step) return twice > step
  return rounding === 'half_up' || whole % 2n === 1n
}

function powerOfTen(exponent: number): bigint {
  return POWERS_OF_TEN[exponent] ?? 10n ** BigInt(exponent)
}
