import { describe, expect, test } from 'vitest'
import { rateUsage } from '../../billing/rating.ts'
import { aCall, cardOf, standardOnly } from '../support/rate-fixtures.ts'

const HEADER = 'item,kind,prefix,rate,blocked'

const STANDARD = cardOf(
  [
    HEADER,
    'phone_call,,1,0.01,',
    'phone_call,,1203,0.02,',
    'phone_call,,1900,0,true',
    'phone_call,,190055,0.05,',
    'phone_call,inbound,33,0,true',
    'phone_call,,33,0.03,',
    'phone_call,,short:,0,true',
  ],
  { versionId: 10 },
)

function rated(to: string, ownLines: readonly string[] | null, kind: 'inbound' | 'outbound' = 'outbound') {
  const own = ownLines ? cardOf([HEADER, ...ownLines], { versionId: 20 }) : null
  const rating = rateUsage(aCall({ to, kind }), { ...standardOnly(STANDARD), own })
  return rating.kind === 'charge' ? `${rating.from} ${rating.prefix}` : rating.code
}

describe('the card that prices a record', () => {
  test.each([
    ['is the standard card without an own one', '+12035550100', null, 'standard 1203'],
    ['is the own card, even with a shorter prefix', '+12035550100', ['phone_call,,1,0.001,'], 'account 1'],
    ['is the own card for every number', '+12035550100', ['phone_call,,,0.001,'], 'account '],
    [
      'is the standard card where the own one has no prefix',
      '+12035550100',
      ['phone_call,,44,0.001,'],
      'standard 1203',
    ],
    ['is none where neither has a prefix', '+4420555501', ['phone_call,,1,0.001,'], 'no_rate'],
  ])('%s', (_, to, own, outcome) => {
    expect(rated(to, own)).toBe(outcome)
  })

  test('is named by its version, and the rate by its row', () => {
    expect(rateUsage(aCall(), standardOnly(STANDARD))).toMatchObject({ versionId: 10, rateRow: 2 })
    const own = cardOf([HEADER, 'phone_call,,1,0.001,'], { versionId: 20 })
    expect(rateUsage(aCall(), { ...standardOnly(STANDARD), own })).toMatchObject({
      versionId: 20,
      rateRow: 1,
    })
  })

  test('may be an own card alone, or missing altogether', () => {
    const own = cardOf([HEADER, 'phone_call,,1,0.001,'])
    expect(rateUsage(aCall(), { ...standardOnly(null), own })).toMatchObject({ from: 'account' })
    expect(rateUsage(aCall(), standardOnly(null))).toMatchObject({
      kind: 'refusal',
      code: 'no_rate',
    })
  })
})

describe('a blocked prefix', () => {
  test.each([
    ['is refused', '+19002220100', null, 'destination_blocked'],
    [
      'is not escaped by a shorter prefix of the own card',
      '+19002220100',
      ['phone_call,,1,0.001,'],
      'destination_blocked',
    ],
    [
      'is opened by the same prefix of the own card',
      '+19002220100',
      ['phone_call,,1900,0.5,'],
      'account 1900',
    ],
    [
      'is opened by a longer prefix of the own card',
      '+19002220100',
      ['phone_call,,19002,0.5,'],
      'account 19002',
    ],
    ['is opened by a longer prefix of the standard card', '+19005555000', null, 'standard 190055'],
    [
      'hides a shorter prefix of the own card even where a longer one of the standard card opens it',
      '+19005555000',
      ['phone_call,,1,0.001,'],
      'standard 190055',
    ],
    [
      'of the own card is refused, whatever the standard card says',
      '+12035550100',
      ['phone_call,,1,0,true'],
      'destination_blocked',
    ],
    ['of the own card cannot be hidden', '+19005555000', ['phone_call,,1,0,true'], 'destination_blocked'],
    [
      'of the own card is opened by a longer one of it',
      '+12035550100',
      ['phone_call,,1,0,true', 'phone_call,,1203,0.2,'],
      'account 1203',
    ],
    ['may be every short code', '911', null, 'destination_blocked'],
    [
      'of all short codes is opened for one by the own card',
      '911',
      ['phone_call,,short:911,0,'],
      'account short:911',
    ],
  ])('%s', (_, to, own, outcome) => {
    expect(rated(to, own)).toBe(outcome)
  })

  test('of one kind leaves the other kind open', () => {
    expect(rated('+33612345678', null, 'inbound')).toBe('destination_blocked')
    expect(rated('+33612345678', null, 'outbound')).toBe('standard 33')
  })

  test('blocks only while it is in force', () => {
    const standard = cardOf([
      'item,prefix,blocked,effective_to',
      'phone_call,1,,',
      'phone_call,1203,true,2026-11-05T14:00:00Z',
    ])
    expect(rateUsage(aCall(), standardOnly(standard))).toMatchObject({ prefix: '1' })
  })
})

describe('an unanswered call', () => {
  test.each(['+4420555501', '+19002220100'])('to %s costs nothing and needs no rate', (to) => {
    const rating = rateUsage(aCall({ to, durationMs: 0 }), standardOnly(STANDARD))
    expect(rating).toEqual({
      kind: 'charge',
      amount: 0n,
      versionId: null,
      rateRow: null,
      billedSeconds: 0,
      segments: null,
      prefix: null,
      from: null,
    })
  })
})
