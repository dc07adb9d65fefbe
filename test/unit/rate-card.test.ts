import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rate } from '../../billing/rate.ts'
import { buildRateCard, type RateCard, rateSetOf } from '../../billing/rate-card.ts'
import type { RateQuery } from '../../billing/usage-record.ts'
import { aCall, aRate, aText, cardOf } from '../support/rate-fixtures.ts'

/** The row at second 0 of the set that prices a record, null for none. */
function pricedBy(card: RateCard, query: RateQuery): number | null {
  return card.matching(query).at(-1)?.[0].row ?? null
}

describe('the rate for a number', () => {
  const card = cardOf([
    'item,prefix',
    'phone_call,1',
    'phone_call,1408',
    'phone_call,91',
    'phone_call,9187681',
    'phone_call,4580409',
    'phone_call,1234567',
  ])

  test.each([
    ['has the longest prefix', '+91876811777306', 4],
    ['is a shorter one when the last digit of the longer one differs', '+91876801777306', 3],
    ['is a shorter one when the number ends inside a longer one', '+918768', 3],
    ['may have the whole number as its prefix', '+4580409', 5],
    ['is none for a number that only shares digits', '+4580408', null],
    ['is none for a country that is not on the card', '+210625438337', null],
  ])('%s', (_, to, row) => {
    expect(pricedBy(card, aCall({ to }))).toBe(row)
  })

  test('is of its own item', () => {
    expect(pricedBy(card, aText({ to: '+12035550123' }))).toBeNull()
  })

  test('has the longest prefix in force, as a look at every row tells', () => {
    const instants = fc.option(fc.integer({ min: 0, max: 9 }), { nil: null })
    const rates = fc.uniqueArray(
      fc.record({
        prefix: fc.string({ unit: fc.constantFrom('1', '2'), maxLength: 5 }),
        kind: fc.constantFrom('inbound' as const, 'outbound' as const, null),
        effectiveFromMs: instants,
        effectiveToMs: instants,
      }),
      { selector: (rate) => `${rate.prefix} ${rate.kind} ${rate.effectiveFromMs}`, maxLength: 40 },
    )
    const numbers = fc.string({ unit: fc.constantFrom('1', '2'), minLength: 3, maxLength: 7 })
    fc.assert(
      fc.property(rates, numbers, fc.integer({ min: 0, max: 9 }), (fields, digits, occurredAtMs) => {
        const rows = fields.map((rate, index) => aRate({ ...rate, row: index + 1 }))
        const query = aCall({ to: `+${digits}`, occurredAtMs })
        expect(pricedBy(buildRateCard(1, rows), query)).toBe(bestRow(rows, query))
      }),
      { numRuns: 500 },
    )
  })
})

/** The rule of the contract, row by row. */
function bestRow(rates: readonly Rate[], { kind, to, occurredAtMs }: RateQuery): number | null {
  const began = ({ effectiveFromMs }: Rate) => (effectiveFromMs ?? -Infinity) <= occurredAtMs
  const isReplaced = (rate: Rate) =>
    rates.some(
      (other) =>
        other.prefix === rate.prefix &&
        other.kind === rate.kind &&
        began(other) &&
        (other.effectiveFromMs ?? -Infinity) > (rate.effectiveFromMs ?? -Infinity),
    )
  const matches = rates.filter(
    (rate) =>
      to.startsWith(`+${rate.prefix}`) &&
      (rate.kind === null || rate.kind === kind) &&
      began(rate) &&
      !isReplaced(rate) &&
      occurredAtMs < (rate.effectiveToMs ?? Infinity),
  )
  const score = (rate: Rate) => rate.prefix.length * 2 + (rate.kind === null ? 0 : 1)
  return matches.sort((a, b) => score(b) - score(a))[0]?.row ?? null
}

describe('the rate for a kind', () => {
  const card = cardOf([
    'item,kind,prefix',
    'phone_call,,1',
    'phone_call,inbound,1',
    'phone_call,inbound,1800',
    'phone_call,,1203',
    'phone_number,purchase,1',
  ])

  test.each([
    ['is its own before one of any kind', aCall({ kind: 'inbound', to: '+12125550100' }), 2],
    ['is one of any kind where it has none', aCall({ kind: 'outbound', to: '+12125550100' }), 1],
    ['is never that of another kind', aCall({ kind: 'outbound', to: '+18005550100' }), 1],
    ['of a longer prefix comes before its own kind of a shorter one', aCall({ kind: 'inbound' }), 4],
    [
      'is none where only the other kind has one',
      { ...aCall(), item: 'phone_number' as const, kind: 'renewal' as const },
      null,
    ],
  ])('%s', (_, query, row) => {
    expect(pricedBy(card, query)).toBe(row)
  })
})

describe('the rate for a short code', () => {
  const card = cardOf([
    'item,prefix',
    'outgoing_text,',
    'outgoing_text,short:',
    'outgoing_text,short:911',
    'outgoing_text,9',
  ])

  test.each([
    ['is that of the very code', '911', 3],
    ['is that of all codes for a longer code', '9112', 2],
    ['is that of all codes for a shorter code', '91', 2],
  ])('%s', (_, to, row) => {
    expect(pricedBy(card, aText({ to }))).toBe(row)
  })

  test('is never one of an E.164 prefix, nor the other way round', () => {
    const numbersOnly = cardOf(['item,prefix', 'outgoing_text,', 'outgoing_text,911'])
    const codesOnly = cardOf(['item,prefix', 'outgoing_text,short:'])
    expect(pricedBy(numbersOnly, aText({ to: '911' }))).toBeNull()
    expect(pricedBy(codesOnly, aText({ to: '+911234567' }))).toBeNull()
    expect(pricedBy(card, aText({ to: '+911234567' }))).toBe(4)
  })
})

describe('the rate at an instant', () => {
  const card = cardOf([
    'item,prefix,from_second,effective_from,effective_to',
    'phone_call,1,0,,',
    'phone_call,1203,0,2025-01-01T00:00:00Z,2025-03-01T00:00:00Z',
    'phone_call,1203,0,2025-07-01T00:00:00Z,',
    'phone_call,1203,0,2026-01-01T00:00:00-05:00,2027-01-01T00:00:00Z',
    'phone_call,1203,60,2026-01-01T05:00:00Z,2027-01-01T00:00:00Z',
  ])

  test.each([
    ['2024-12-31T23:59:59.999Z', 1, 'nothing has begun'],
    ['2025-01-01T00:00:00Z', 2, 'the beginning counts'],
    ['2025-02-28T23:59:59.999Z', 2, 'just before the end'],
    ['2025-03-01T00:00:00Z', 1, 'the end does not count, and leaves a gap'],
    ['2025-07-01T00:00:00Z', 3, 'the next begins'],
    ['2026-01-01T04:59:59.999Z', 3, 'just before the next begins'],
    ['2026-01-01T05:00:00Z', 4, 'a set ends where the next begins'],
    ['2027-01-01T00:00:00Z', 1, 'it has ended for good, though the set before it is open'],
  ])('%s is row %i: %s', (at, row) => {
    expect(pricedBy(card, aCall({ occurredAtMs: Date.parse(at) }))).toBe(row)
  })

  test('comes with all slots of its set, by second', () => {
    const [, set] = card.matching(aCall({ occurredAtMs: Date.parse('2026-06-01T00:00:00Z') }))
    expect(set?.map(({ row, fromSecond }) => [row, fromSecond])).toEqual([
      [4, 0],
      [5, 60],
    ])
  })
})

describe('a row number', () => {
  const card = cardOf(['item,prefix,from_second', 'phone_call,1,60', 'phone_call,1,0', 'phone_call,2,0'], {
    versionId: 7,
  })

  test('of a slot at second 0 names the whole set, years later too', () => {
    expect(rateSetOf(card, 2)?.map(({ row }) => row)).toEqual([2, 1])
    expect(rateSetOf(card, 3)?.map(({ row }) => row)).toEqual([3])
    expect(card.versionId).toBe(7)
  })

  test('of a later slot, or of no row, names none', () => {
    expect(rateSetOf(card, 1)).toBeUndefined()
    expect(rateSetOf(card, 0)).toBeUndefined()
    expect(rateSetOf(card, 4)).toBeUndefined()
  })
})
