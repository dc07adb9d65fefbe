import { type ExactCost, exactCost, roundedAmount } from './charge-amount.ts'
import { billedSecondsOf, type ChargePart, chargeParts } from './charge-parts.ts'
import { formatUsd } from './money.ts'
import { formatPicos } from './picos.ts'
import type { RateSet } from './rate-set.ts'
import type { Quantities } from './usage-record.ts'

/** The arithmetic of a charge, line by line, from the parts that its amount was made of. Figures are exact; `≈` marks
 *  one cut to twelve places for reading, the sum goes on with the exact one. `set` is null for what needs no rate. */
export function chargeSteps(quantities: Quantities, set: RateSet | null): string[] {
  if (quantities.durationMs === 0) return ['unanswered call: 0.000000']
  if (!set) return ['emergency number: 0.000000']
  const parts = chargeParts(quantities, set)
  const steps = parts.map(describePart)
  if (quantities.durationMs !== null) {
    steps.unshift(`call of ${quantities.durationMs / 1000} s billed as ${billedSecondsOf(parts)} s`)
  }
  const total = exactCost(parts)
  if (parts.length > 1) steps.push(`total ${equals(total)}`)
  const [rate] = set
  const amount = roundedAmount(total, rate)
  const rounded = amount === null ? 'too large' : formatUsd(amount)
  steps.push(`rounded ${rate.rounding} to ${rate.roundDecimals} places: ${rounded}`)
  return steps
}

function describePart(part: ChargePart): string {
  const { name, unit, price, quantity, per } = part
  const cost = equals(exactCost([part]))
  if (unit === 'second') return `${quantity} s billed at ${formatPicos(price)} per ${per} s ${cost}`
  if (unit === 'once') return `${name} ${formatPicos(price)}`
  const segments = quantity === 1 ? '1 segment' : `${quantity} segments`
  return name === 'rate'
    ? `${segments} at ${formatPicos(price)} ${cost}`
    : `${name} of ${segments} at ${formatPicos(price)} ${cost}`
}

function equals({ numerator, denominator }: ExactCost): string {
  const sign = numerator % denominator === 0n ? '=' : '≈'
  return `${sign} ${formatPicos(numerator / denominator)}`
}
