import fc from 'fast-check'
import { expect, test } from 'vitest'
import { picos } from '../../billing/picos.ts'
import { type Rate, ROUNDINGS, type Rounding } from '../../billing/rate.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import { rateUsage } from '../../billing/rating.ts'
import type { UsageRecord } from '../../billing/usage-record.ts'
import { aCall, aRate, aText, standardOnly } from '../support/rate-fixtures.ts'

/** An exact number: `above ÷ below`, never shortened. */
interface Fraction {
  above: bigint
  below: bigint
}

const prices = fc
  .oneof(fc.bigInt(0n, 10_000_000_000n), fc.constantFrom(0n, 1n, 500_000n, 4_900_000_000n))
  .map(picos)
const seconds = (min: number) => fc.oneof(fc.integer({ min, max: 12 }), fc.integer({ min, max: 90 }))
const slots = fc.uniqueArray(
  fc.record({
    setupFee: prices,
    rate: prices,
    surcharge: prices,
    perSeconds: seconds(1),
    incrementSeconds: seconds(1),
    minimumSeconds: seconds(0),
    fromSecond: seconds(0),
    roundDecimals: fc.integer({ min: 0, max: 6 }),
    rounding: fc.constantFrom(...ROUNDINGS),
  }),
  { selector: (slot) => slot.fromSecond, minLength: 1, maxLength: 5 },
)
const calls = fc.integer({ min: 1, max: 300_000 }).map((durationMs) => aCall({ durationMs }))
const texts = fc.integer({ min: 1, max: 40 }).map((segments) => aText({ segments }))

test('an amount is what slow exact fractions, taken one increment at a time, come to', () => {
  fc.assert(
    fc.property(
      fc.oneof({ weight: 4, arbitrary: calls }, { weight: 1, arbitrary: texts }),
      slots,
      (record, fields) => {
        const ordered = fields.toSorted((a, b) => a.fromSecond - b.fromSecond)
        const rows = ordered.map((slot, index) =>
          aRate({
            ...slot,
            item: record.item,
            row: index + 1,
            fromSecond: index === 0 ? 0 : slot.fromSecond,
          }),
        )
        const rating = rateUsage(record, standardOnly(buildRateCard(1, rows)))
        expect(rating).toMatchObject(slowCharge(record, rows))
      },
    ),
    { numRuns: 2000 },
  )
})

function slowCharge({ durationMs, segments }: UsageRecord, slots: readonly Rate[]) {
  const first = slots[0] ?? aRate()
  const count = BigInt(segments ?? 1)
  const cost: Fraction = { above: first.setupFee + first.surcharge * count, below: 1n }
  const billedSeconds = durationMs === null ? null : addCall(cost, durationMs, slots)
  if (durationMs === null) cost.above += first.rate * count
  return { amount: slowRound(cost, first), billedSeconds }
}

/** Bills the minimum, then increment after increment, and answers with where it stands in the end. */
function addCall(cost: Fraction, durationMs: number, slots: readonly Rate[]): number {
  const first = slots[0] ?? aRate()
  let at = first.minimumSeconds
  addTime(cost, at, first)
  while (at * 1000 < durationMs) {
    const slot = slots.findLast(({ fromSecond }) => fromSecond <= at) ?? first
    addTime(cost, slot.incrementSeconds, slot)
    at += slot.incrementSeconds
  }
  return at
}

function addTime(cost: Fraction, time: number, { rate, perSeconds }: Rate): void {
  cost.above = cost.above * BigInt(perSeconds) + rate * BigInt(time) * cost.below
  cost.below *= BigInt(perSeconds)
}

/** Of the two neighbours on the grid of the decimals, the one that the rule names, in micros. */
function slowRound({ above, below }: Fraction, { roundDecimals, rounding }: Rate): bigint {
  const grid = 10n ** BigInt(12 - roundDecimals)
  const lower = above / below - ((above / below) % grid)
  const upper = lower + grid
  const toLower = above - lower * below
  const toUpper = upper * below - above
  const nearest: Record<Rounding, bigint> = {
    down: lower,
    up: toLower === 0n ? lower : upper,
    half_up: toLower < toUpper ? lower : upper,
    half_even: toLower === toUpper ? evenOf(lower, upper, grid) : toLower < toUpper ? lower : upper,
  }
  return nearest[rounding] / 1_000_000n
}

function evenOf(lower: bigint, upper: bigint, grid: bigint): bigint {
  return (lower / grid) % 2n === 0n ? lower : upper
}
