import type { Picos } from './picos.ts'
import type { Rate } from './rate.ts'
import type { RateSet } from './rate-set.ts'
import { isText, type Quantities } from './usage-record.ts'

/** One term of a charge's arithmetic, exact: `price × quantity ÷ per`. */
export interface ChargePart {
  readonly name: 'setup fee' | 'surcharge' | 'rate'
  readonly unit: 'once' | 'segment' | 'second'
  readonly price: Picos
  readonly quantity: number
  readonly per: number
}

/** Takes a charge apart into the terms that its amount is the sum of (CONTRACTS: rate card). What costs nothing is left
 *  out, but for time and segments. Quantities are those of a checked record that is no unanswered call. */
export function chargeParts(quantities: Quantities, set: RateSet): ChargePart[] {
  const [{ setupFee, surcharge, rate }] = set
  const { durationMs, segments } = quantities
  const text = isText(quantities.item)
  const unit = text ? 'segment' : 'once'
  const quantity = text ? (segments ?? 1) : 1
  const parts: ChargePart[] = []
  if (setupFee > 0n) parts.push({ name: 'setup fee', unit: 'once', price: setupFee, quantity: 1, per: 1 })
  if (surcharge > 0n) parts.push({ name: 'surcharge', unit, price: surcharge, quantity, per: 1 })
  if (durationMs !== null) addTime(parts, durationMs, set)
  else if (rate > 0n || text) parts.push({ name: 'rate', unit, price: rate, quantity, per: 1 })
  return parts
}

/** Seconds that the parts bill, null where they bill no time. */
export function billedSecondsOf(parts: readonly ChargePart[]): number | null {
  let seconds: number | null = null
  for (const part of parts) if (part.unit === 'second') seconds = (seconds ?? 0) + part.quantity
  return seconds
}

/** Walks the call through its slots: first the minimum at the first slot's rate, then whole increments of the slot in
 *  force where each begins. Increments count from where the billing stands, not from where the slot starts. */
function addTime(parts: ChargePart[], durationMs: number, set: RateSet): void {
  let billed = set[0].minimumSeconds
  for (const [index, slot] of set.entries()) {
    const slotEnd = set[index + 1]?.fromSecond ?? Infinity
    const increments = incrementsStarting(slot, {
      from: billed,
      untilMs: Math.min(slotEnd * 1000, durationMs),
    })
    const seconds = increments * slot.incrementSeconds + (index === 0 ? billed : 0)
    if (seconds > 0) parts.push(timePart(slot, seconds))
    billed += increments * slot.incrementSeconds
  }
}

/** How many increments begin between a second and an instant of the call. */
function incrementsStarting(slot: Rate, { from, untilMs }: { from: number; untilMs: number }): number {
  return Math.max(0, Math.ceil((untilMs - from * 1000) / (slot.incrementSeconds * 1000)))
}

function timePart({ rate, perSeconds }: Rate, seconds: number): ChargePart {
  return { name: 'rate', unit: 'second', price: rate, quantity: seconds, per: perSeconds }
}
