import { describe, expect, test } from 'vitest'
import { chargeSteps } from '../../billing/charge-steps.ts'
import { isEmergencyNumber } from '../../billing/emergency-numbers.ts'
import { rateUsage } from '../../billing/rating.ts'
import { aCall, aText, cardOf, standardOnly } from '../support/rate-fixtures.ts'

const HEADER = 'item,prefix,rate,blocked,effective_from'
const emergencyNumbers = new Set(['911', '112', '+15550100'])

function rated(
  to: string,
  { standard = [], own = [] }: { standard?: readonly string[]; own?: readonly string[] } = {},
) {
  const rating = rateUsage(aCall({ to, durationMs: 60_000 }), {
    own: own.length > 0 ? cardOf([HEADER, ...own], { versionId: 20 }) : null,
    standard: cardOf([HEADER, 'phone_call,44,1,,', ...standard], { versionId: 10 }),
    emergencyNumbers,
  })
  return rating.kind === 'charge' ? `${rating.from} ${rating.prefix} ${rating.amount}` : rating.code
}

const FREE = 'null null 0'

describe('a call to an emergency number', () => {
  test.each([
    ['is free without any rate', '911', {}, FREE],
    ['is free where short codes have a rate', '911', { standard: ['phone_call,short:,1,,'] }, FREE],
    ['is free where short codes are blocked', '911', { standard: ['phone_call,short:,0,true,'] }, FREE],
    ['is free where it is blocked itself', '911', { standard: ['phone_call,short:911,0,true,'] }, FREE],
    ['is free where a prefix of it has a rate', '+15550100', { standard: ['phone_call,1555,1,,'] }, FREE],
    [
      'costs what a rate for exactly this short code says',
      '911',
      { standard: ['phone_call,short:911,0.5,,'] },
      'standard short:911 500000',
    ],
    [
      'costs what a rate for exactly this number says',
      '+15550100',
      { standard: ['phone_call,15550100,0.5,,'] },
      'standard 15550100 500000',
    ],
    [
      "costs what the account's own rate for it says, if it has one",
      '911',
      { standard: ['phone_call,short:911,0.5,,'], own: ['phone_call,short:911,0.2,,'] },
      'account short:911 200000',
    ],
    [
      'costs what the standard card says where the own one names it only by a prefix',
      '911',
      { standard: ['phone_call,short:911,0.5,,'], own: ['phone_call,short:,9,,'] },
      'standard short:911 500000',
    ],
    [
      'is free before a rate for it is in force',
      '911',
      { standard: ['phone_call,short:911,0.5,,2026-12-01T00:00:00Z'] },
      FREE,
    ],
  ])('%s', (_, to, cards, outcome) => {
    expect(rated(to, cards)).toBe(outcome)
  })

  test('bills no seconds and names no rate', () => {
    const record = aCall({ to: '911', durationMs: 61_000 })
    const rating = rateUsage(record, { ...standardOnly(null), emergencyNumbers })

    expect(rating).toMatchObject({ amount: 0n, versionId: null, rateRow: null, billedSeconds: 0 })
    expect(chargeSteps(record, null)).toEqual(['emergency number: 0.000000'])
  })
})

test('a text to an emergency number is free, and keeps its segments', () => {
  const rating = rateUsage(aText({ to: '911', segments: 3 }), { ...standardOnly(null), emergencyNumbers })

  expect(rating).toMatchObject({ kind: 'charge', amount: 0n, billedSeconds: null, segments: 3 })
})

test.each(['9110', '91', '+911', '+1911'])('%s is not the emergency number 911', (to) => {
  expect(isEmergencyNumber(to, emergencyNumbers)).toBe(false)
})

test('a number that is no emergency number needs a rate', () => {
  expect(rated('411')).toBe('no_rate')
})
