import { describe, expect, test } from 'vitest'
import { chargeSteps } from '../../billing/charge-steps.ts'
import type { UsageRecord } from '../../billing/usage-record.ts'
import { aCall, aText, cardOf } from '../support/rate-fixtures.ts'

function stepsOf(record: UsageRecord, header: string, ...rows: string[]): string[] {
  const set = cardOf([header, ...rows])
    .matching(record)
    .at(-1)
  return chargeSteps(record, set ?? null)
}

describe('the arithmetic of a charge', () => {
  test('of a call shows its time, fee, surcharge, sum and rounding', () => {
    const header = 'item,setup_fee,surcharge,rate,minimum_seconds,increment_seconds,round_decimals'
    expect(stepsOf(aCall({ durationMs: 531_200 }), header, 'phone_call,0.05,0.002,0.0049,60,1,4')).toEqual([
      'call of 531.2 s billed as 532 s',
      'setup fee 0.050000',
      'surcharge 0.002000',
      '532 s billed at 0.004900 per 60 s ≈ 0.043446666666',
      'total ≈ 0.095446666666',
      'rounded half_even to 4 places: 0.095400',
    ])
  })

  test('of a call over several slots has a line for each', () => {
    const rows = ['phone_call,0.4,30,0', 'phone_call,0.2,10,60']
    expect(
      stepsOf(aCall({ durationMs: 85_000 }), 'item,rate,increment_seconds,from_second', ...rows),
    ).toEqual([
      'call of 85 s billed as 90 s',
      '60 s billed at 0.400000 per 60 s = 0.400000',
      '30 s billed at 0.200000 per 60 s = 0.100000',
      'total = 0.500000',
      'rounded half_even to 6 places: 0.500000',
    ])
  })

  test('of a text counts its segments', () => {
    expect(stepsOf(aText({ segments: 3 }), 'item,rate,surcharge', 'outgoing_text,0.0079,0.003')).toEqual([
      'surcharge of 3 segments at 0.003000 = 0.009000',
      '3 segments at 0.007900 = 0.023700',
      'total = 0.032700',
      'rounded half_even to 6 places: 0.032700',
    ])
  })

  test('of an event is short', () => {
    const attempt = aCall({ item: 'ring_through_attempt', kind: null, durationMs: null })
    expect(stepsOf(attempt, 'item,setup_fee', 'ring_through_attempt,0.01')).toEqual([
      'setup fee 0.010000',
      'rounded half_even to 6 places: 0.010000',
    ])
  })

  test('shows as many places as a price has', () => {
    expect(stepsOf(aText(), 'item,rate,rounding', 'outgoing_text,0.0000125,up')).toEqual([
      '1 segment at 0.0000125 = 0.0000125',
      'rounded up to 6 places: 0.000013',
    ])
  })

  test('of an unanswered call needs no rate', () => {
    expect(chargeSteps(aCall({ durationMs: 0 }), null)).toEqual(['unanswered call: 0.000000'])
  })
})
