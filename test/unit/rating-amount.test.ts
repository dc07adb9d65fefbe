import { describe, expect, test } from 'vitest'
import { formatUsd } from '../../billing/money.ts'
import { rateSetOf } from '../../billing/rate-card.ts'
import { rateBySet, rateUsage } from '../../billing/rating.ts'
import type { UsageRecord } from '../../billing/usage-record.ts'
import { aCall, aText, cardOf, standardOnly } from '../support/rate-fixtures.ts'

/** What a record costs by a card, and the seconds it is billed for. */
function priced(record: UsageRecord, header: string, ...rows: string[]) {
  const rating = rateUsage(record, standardOnly(cardOf([header, ...rows])))
  if (rating.kind === 'refusal') return rating.code
  return rating.billedSeconds === null
    ? formatUsd(rating.amount)
    : [formatUsd(rating.amount), rating.billedSeconds]
}

describe('a call of one slot', () => {
  const HEADER = 'item,setup_fee,rate,minimum_seconds,increment_seconds,rounding,round_decimals'

  test.each([
    // seconds, fee, rate a minute, minimum, increment, rounding, decimals → amount, billed seconds
    [532, '0.05', '0.0049', 60, 1, 'half_even', 4, '0.093400', 532],
    [6887, '0.0025', '0.0009', 12, 6, 'half_even', 5, '0.105820', 6888],
    [299, '0.05', '0.0746', 30, 6, 'down', 4, '0.423000', 300],
    [9801, '0.01', '0.0746', 1, 1, 'half_even', 2, '12.200000', 9801],
    [29, '0.01', '0.0064', 20, 5, 'half_even', 4, '0.013200', 30],
    [301, '0.15', '0', 30, 6, 'half_even', 5, '0.150000', 306],
    [1819, '0', '0.00005', 90, 30, 'up', 2, '0.010000', 1830],
    [6, '0.0025', '0.033333', 30, 30, 'up', 6, '0.019167', 30],
    [30, '0', '0.0049', 30, 6, 'half_even', 4, '0.002400', 30],
    [119, '0.05', '0.155', 60, 6, 'half_up', 4, '0.360000', 120],
    [7, '0.01', '0.00005', 90, 30, 'up', 4, '0.010100', 90],
    [86_400, '0.0025', '0.24', 90, 30, 'half_even', 6, '345.602500', 86_400],
    [1, '0', '0.0009', 30, 6, 'up', 6, '0.000450', 30],
  ])('of %i s at fee %s, %s a minute, %i/%i, %s %i costs %s for %i s', (...row) => {
    const [seconds, fee, rate, minimum, increment, rounding, decimals, amount, billed] = row
    const line = `phone_call,${fee},${rate},${minimum},${increment},${rounding},${decimals}`
    expect(priced(aCall({ durationMs: seconds * 1000 }), HEADER, line)).toEqual([amount, billed])
  })

  test.each([
    [1, 60, 60],
    [400, 60, 60],
    [59_999, 60, 60],
    [60_000, 60, 60],
    [60_001, 60, 120],
    [1_500, 1, 2],
    [6_000, 6, 6],
    [6_001, 6, 12],
    [3_600_500, 1, 3601],
    [86_399_999, 60, 86_400],
  ])(
    'of %i ms in increments of %i s is billed %i s: time is rounded up once, never cut',
    (durationMs, increment, billed) => {
      const line = `phone_call,0,0,0,${increment},half_even,6`
      expect(priced(aCall({ durationMs }), HEADER, line)).toEqual(['0.000000', billed])
    },
  )

  test.each([
    [30_000, 30],
    [30_001, 36],
    [42_001, 48],
  ])(
    'of %i ms by 30/6 is billed %i s: increments count from the end of the minimum',
    (durationMs, billed) => {
      expect(priced(aCall({ durationMs }), HEADER, 'phone_call,0,0,30,6,half_even,6')).toEqual([
        '0.000000',
        billed,
      ])
    },
  )
})

describe('a call of several slots', () => {
  const HEADER =
    'item,setup_fee,rate,per_seconds,increment_seconds,minimum_seconds,from_second,surcharge,round_decimals,rounding'
  const PER_SECOND = [`phone_call,0,2,1,1,,0,,,`, `phone_call,0,1,1,1,,900,,,`]
  const TUTORIAL = [`phone_call,0.8,0.4,60,30,,0,,4,up`, `phone_call,0,0.2,60,10,,60,,,`]

  test.each([
    ['goes on at the next slot', 1800, PER_SECOND, '2700.000000', 1800],
    ['ends before the next slot', 900, PER_SECOND, '1800.000000', 900],
    ['takes the first second of the next slot', 901, PER_SECOND, '1801.000000', 901],
    ['rounds up to the increment of the slot it ends in', 85, TUTORIAL, '1.300000', 90],
    ['takes fee and rounding of the slot at second 0', 90, TUTORIAL, '1.300000', 90],
    [
      'bills an increment that starts inside a slot whole at its rate, and counts on from its end',
      101,
      ['phone_call,0,6,60,60,,0,,,', 'phone_call,0,60,60,6,,90,,,'],
      '12.000000',
      120,
    ],
    [
      'counts the increments of a later slot from where the one before has ended',
      121,
      ['phone_call,0,6,60,60,,0,,,', 'phone_call,0,60,60,6,,90,,,'],
      '18.000000',
      126,
    ],
    [
      'skips a slot that is wholly covered',
      130,
      ['phone_call,0,6,60,120,,0,,,', 'phone_call,0,600,60,1,,30,,,', 'phone_call,0,60,60,60,,90,,,'],
      '72.000000',
      180,
    ],
    [
      'is billed the minimum at the first rate even where a later slot begins inside it',
      20,
      ['phone_call,0,6,60,6,60,0,,,', 'phone_call,0,60,60,6,,10,,,'],
      '6.000000',
      60,
    ],
    [
      'goes on after the minimum with the slot in force there',
      61,
      ['phone_call,0,6,60,6,60,0,,,', 'phone_call,0,600,60,6,,10,,,', 'phone_call,0,60,60,6,,30,,,'],
      '12.000000',
      66,
    ],
    [
      'takes no fee, surcharge or minimum of a later slot',
      70,
      ['phone_call,0.1,6,60,60,,0,0.01,,', 'phone_call,5,6,60,1,600,60,5,0,up'],
      '7.110000',
      70,
    ],
    [
      'adds rates per different times before it rounds',
      21,
      ['phone_call,0,1,7,7,,0,,,', 'phone_call,0,1,3,1,,7,,,', 'phone_call,0,1,60,1,,20,,6,up'],
      '5.350000',
      21,
    ],
  ])('%s', (_, seconds, rows, amount, billed) => {
    expect(priced(aCall({ durationMs: seconds * 1000 }), HEADER, ...rows)).toEqual([amount, billed])
  })

  test('may have a free slot', () => {
    const rows = ['phone_call,0,0,60,60,,0,,,', 'phone_call,0,0.1,60,60,,60,,,']
    expect(priced(aCall({ durationMs: 60_000 }), HEADER, ...rows)).toEqual(['0.000000', 60])
    expect(priced(aCall({ durationMs: 60_001 }), HEADER, ...rows)).toEqual(['0.100000', 120])
  })
})

describe('what is no call', () => {
  const HEADER = 'item,kind,setup_fee,rate,surcharge,per_seconds,minimum_seconds'

  test('a text costs its fee once, rate and surcharge a segment', () => {
    const line = 'outgoing_text,,0.01,0.0079,0.003,60,60'
    expect(priced(aText({ segments: 3 }), HEADER, line)).toBe('0.042700')
    const rating = rateUsage(aText({ segments: 3 }), standardOnly(cardOf([HEADER, line])))
    expect(rating).toMatchObject({ segments: 3, billedSeconds: null })
  })

  test('a ring-through attempt costs fee, rate and surcharge once', () => {
    const attempt = aCall({ item: 'ring_through_attempt', kind: null, durationMs: null })
    expect(priced(attempt, HEADER, 'ring_through_attempt,,0.01,0.002,0.0003,60,60')).toBe('0.012300')
  })

  test('a number costs fee, rate and surcharge once', () => {
    const number = aCall({ item: 'phone_number', kind: 'purchase', durationMs: null })
    expect(priced(number, HEADER, 'phone_number,purchase,1,1.15,0.05,60,60')).toBe('2.200000')
  })
})

describe('rounding', () => {
  test.each([
    ['0.00000025', 'half_even', 6, '0.000000'],
    ['0.0000005', 'half_even', 6, '0.000000'],
    ['0.0000015', 'half_even', 6, '0.000002'],
    ['0.0000005', 'half_up', 6, '0.000001'],
    ['0.000000499999', 'half_up', 6, '0.000000'],
    ['0.000000000001', 'up', 6, '0.000001'],
    ['0.000000999999', 'down', 6, '0.000000'],
    ['12345.50001', 'half_even', 0, '12346.000000'],
    ['12346.5', 'half_even', 0, '12346.000000'],
    ['12345.5', 'half_even', 0, '12346.000000'],
    ['12345.000001', 'up', 0, '12346.000000'],
    ['12345.999999', 'down', 0, '12345.000000'],
    ['12345', 'up', 0, '12345.000000'],
    ['1.005', 'half_up', 2, '1.010000'],
    ['1.005', 'half_even', 2, '1.000000'],
    ['0.0125', 'half_even', 3, '0.012000'],
  ])('of %s by %s to %i places gives %s', (fee, rounding, decimals, amount) => {
    const line = `ring_through_attempt,${fee},${rounding},${decimals}`
    const attempt = aCall({ item: 'ring_through_attempt', kind: null, durationMs: null })
    expect(priced(attempt, 'item,setup_fee,rounding,round_decimals', line)).toBe(amount)
  })

  test('happens once, to the whole charge: parts that each round down may add up to more', () => {
    const header = 'item,setup_fee,rate,surcharge,round_decimals'
    const attempt = aCall({ item: 'ring_through_attempt', kind: null, durationMs: null })
    expect(priced(attempt, header, 'ring_through_attempt,0.004,0.004,0.004,2')).toBe('0.010000')
  })
})

describe('an amount', () => {
  const HEADER = 'item,rate,per_seconds'

  test('may be as large as a ledger entry holds', () => {
    const rate = 'phone_call,4294967.298,1'
    expect(priced(aCall({ durationMs: 2_147_400_000 }), HEADER, rate)).toEqual([
      '9223012775725.200000',
      2_147_400,
    ])
  })

  test('that is larger refuses the record', () => {
    expect(priced(aCall({ durationMs: 2_147_483_647 }), HEADER, 'phone_call,9223372,1')).toBe(
      'invalid_record',
    )
  })

  test('comes out the same again from the stored quantities and the stored rates', () => {
    const card = cardOf(['item,setup_fee,rate,increment_seconds', 'phone_call,0.01,0.0049,6'])
    const record = aCall({ durationMs: 61_500 })
    const rating = rateUsage(record, standardOnly(card))
    if (rating.kind !== 'charge') throw new Error(rating.message)
    const set = rateSetOf(card, rating.rateRow ?? 0)
    const quantities = { item: record.item, durationMs: record.durationMs, segments: record.segments }
    expect(set && rateBySet(quantities, set)).toEqual({
      amount: rating.amount,
      billedSeconds: rating.billedSeconds,
    })
  })
})
