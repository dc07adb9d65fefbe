import fc from 'fast-check'
import { expect, test } from 'vitest'
import { micros, parseUsd } from '../../billing/money.ts'
import { NUMBER_STATES } from '../../billing/number-lifecycle.ts'
import { periodStart } from '../../billing/renewal-calendar.ts'
import { type ReservedNumber, renewalReserve } from '../../billing/renewal-reserve.ts'
import { anchors } from '../support/nasty-calendar.ts'

const NOW = new Date('2026-03-10T12:00:00Z')
const DAY_MS = 86_400_000

function number(change: Partial<ReservedNumber> = {}): ReservedNumber {
  return {
    state: 'active',
    anchor: { at: new Date('2026-01-15T12:00:00Z'), timeZone: 'UTC' },
    lastChargedIndex: 1,
    price: parseUsd('1.15'),
    ...change,
  }
}

test.each([
  ['nothing when it is off', [number()], null, '0'],
  ['nothing that begins after the days', [number()], 5, '0'],
  ['what begins within the days', [number()], 6, '1.15'],
  ['each of several periods', [number()], 60, '2.3'],
  ['what has begun and is unpaid', [number({ lastChargedIndex: 0 })], 0, '1.15'],
  ['what is in grace', [number({ state: 'grace', lastChargedIndex: 0 })], 5, '1.15'],
  ['nothing for a suspended number', [number({ state: 'suspended' })], 60, '0'],
  ['nothing for a released number', [number({ state: 'released' })], 60, '0'],
  ['nothing for a number that was ported out', [number({ state: 'ported_out' })], 60, '0'],
  ['nothing where no rate is', [number({ price: null }), number()], 6, '1.15'],
  ['nothing twice', [number({ lastChargedIndex: 9 })], 6, '0'],
  ['the sum of all numbers', [number(), number({ price: parseUsd('0.000001') })], 6, '1.150001'],
])('a reserve holds %s', (_, numbers, days, amount) => {
  expect(renewalReserve(numbers, { days, now: NOW })).toBe(parseUsd(amount))
})

test('a reserve is the price of every period that is due by its end', () => {
  const numbers = fc.record({
    state: fc.constantFrom(...NUMBER_STATES),
    anchor: anchors,
    lastChargedIndex: fc.nat({ max: 400 }),
    price: fc.option(fc.bigInt(0n, 10_000_000n).map(micros)),
  })
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 8 }), fc.nat({ max: 90 }), (many, days) => {
      const until = new Date(NOW.getTime() + days * DAY_MS)
      const expected = many
        .filter(({ state }) => state === 'active' || state === 'grace')
        .map(({ anchor, lastChargedIndex, price }) => {
          let due = 0n
          while (periodStart(anchor, lastChargedIndex + 1 + Number(due)) < until) due += 1n
          return due * (price ?? 0n)
        })
      expect(renewalReserve(many, { days, now: NOW })).toBe(expected.reduce((a, b) => a + b, 0n))
    }),
  )
})
