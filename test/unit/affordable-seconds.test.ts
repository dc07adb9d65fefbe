import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { affordableSeconds } from '../../billing/affordable-seconds.ts'
import { ASKED_SECONDS_MAX } from '../../billing/hold.ts'
import { micros } from '../../billing/money.ts'
import { picos } from '../../billing/picos.ts'
import { ROUNDINGS } from '../../billing/rate.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import { groupRateSets, type RateSet } from '../../billing/rate-set.ts'
import { rateBySet, rateUsage } from '../../billing/rating.ts'
import { aCall, aRate } from '../support/rate-fixtures.ts'

const demoCard = new URL('../../sandbox/demo/standard-rates.csv', import.meta.url)

/** Every set of calls of the demo's standard card that may be called. */
function demoSets(): RateSet[] {
  const read = parseRateCard(readFileSync(demoCard), { account: null })
  if ('faults' in read) throw new Error('the demo card has faults')
  const sets = groupRateSets(read.rates).flatMap((ofKey) => ofKey.flatMap((rates) => asSet(rates)))
  return sets.filter(([{ item, blocked }]) => item === 'phone_call' && !blocked)
}

function asSet([first, ...rest]: RateSet): RateSet[] {
  return first ? [[first, ...rest]] : []
}

const costOf = (seconds: number, set: RateSet) =>
  rateBySet({ item: 'phone_call', durationMs: seconds * 1_000, segments: null }, set)?.amount

/** What is granted costs what is held, is covered, and is either all that was wanted or one second more would cost too much. */
function expectTightest(set: RateSet, wanted: number, money: bigint) {
  const found = affordableSeconds(set, { wanted, money: micros(money) })
  const seconds = found?.seconds ?? 0
  if (found) {
    expect(found.amount).toBe(costOf(seconds, set))
    expect(found.amount).toBeLessThanOrEqual(money)
    expect(seconds).toBeLessThanOrEqual(wanted)
  }
  if (seconds < wanted) expect(costOf(seconds + 1, set)).toBeGreaterThan(money)
}

const wanted = fc.integer({ min: 1, max: ASKED_SECONDS_MAX })

describe('the seconds that the money affords', () => {
  test('are the most that fit, for every rate of the demo card', () => {
    const sets = demoSets()
    expect(sets.length).toBeGreaterThan(6)
    fc.assert(fc.property(fc.constantFrom(...sets), wanted, fc.bigInt(0n, 8_000_000n), expectTightest), {
      numRuns: 2_000,
    })
  })

  const prices = fc.bigInt(0n, 10_000_000_000n).map(picos)
  const slot = fc.record({
    setupFee: prices,
    rate: prices,
    surcharge: prices,
    perSeconds: fc.integer({ min: 1, max: 90 }),
    incrementSeconds: fc.integer({ min: 1, max: 90 }),
    minimumSeconds: fc.integer({ min: 0, max: 90 }),
    fromSecond: fc.integer({ min: 0, max: 900 }),
    roundDecimals: fc.integer({ min: 0, max: 6 }),
    rounding: fc.constantFrom(...ROUNDINGS),
  })
  const slots = fc.uniqueArray(slot, { selector: ({ fromSecond }) => fromSecond, minLength: 1, maxLength: 5 })

  test('are the most that fit, for rates with slots, minimums and roundings of any kind', () => {
    fc.assert(
      fc.property(slots, wanted, fc.bigInt(0n, 30_000_000n), (fields, seconds, money) => {
        const [first, ...later] = fields
          .toSorted((a, b) => a.fromSecond - b.fromSecond)
          .map((one, index) =>
            aRate({ ...one, row: index + 1, fromSecond: index === 0 ? 0 : one.fromSecond }),
          )
        if (first) expectTightest([first, ...later], seconds, money)
      }),
      { numRuns: 2_000 },
    )
  })

  test('cost as a hold what a usage record of exactly these seconds is charged', () => {
    const read = parseRateCard(readFileSync(demoCard), { account: null })
    if ('faults' in read) throw new Error('the demo card has faults')
    const card = buildRateCard(1, read.rates)
    const destinations = ['+12035550123', '+17875550123', '+442075550123', '+447911123456', '+6495550123']
    fc.assert(
      fc.property(
        fc.constantFrom(...destinations),
        wanted,
        fc.bigInt(20_000n, 8_000_000n),
        (to, seconds, money) => {
          const record = aCall({ to })
          const set = card.matching(record).at(-1)
          const found = set && affordableSeconds(set, { wanted: seconds, money: micros(money) })
          if (!found) return
          const charge = rateUsage(
            { ...record, durationMs: found.seconds * 1_000 },
            { own: null, standard: card, emergencyNumbers: new Set() },
          )
          expect(charge).toMatchObject({ kind: 'charge', amount: found.amount })
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('are none where the first second costs more than the money', () => {
    const set: RateSet = [aRate({ setupFee: picos(1_000_000n) })]
    expect(affordableSeconds(set, { wanted: 300, money: micros(0n) })).toBeNull()
    expect(affordableSeconds(set, { wanted: 300, money: micros(1n) })).toEqual({ seconds: 300, amount: 1n })
  })
})
