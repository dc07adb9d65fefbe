import { describe, expect, test } from 'vitest'
import { maskNumbers } from '../../web/ops/mask-numbers.ts'
import { showPayload } from '../../web/ops/show-payload.ts'

describe('a text for operators', () => {
  test.each([
    ['no rate for +14155550199', 'no rate for +1415•••••••'],
    ['442079460958 and (415) 555-0199', '4420•••••••• and (4155••••••'],
    ['a short code 24680', 'a short code 24680'],
    ['topup 09e20cab-54ec-41de-850e-65e62d6e0307', 'topup 09e20cab-54ec-41de-850e-65e62d6e0307'],
    ['at 2026-03-02T12:00:00.000Z', 'at 2026-03-02T12:00:00.000Z'],
    ['', ''],
  ])('%j has no whole phone number', (text, masked) => {
    expect(maskNumbers(text)).toBe(masked)
  })
})

describe('what a job was given is shown', () => {
  test('with the fields of a usage record that are known, and no others', () => {
    const record = {
      id: '14155550199-7',
      account: 'acct_a',
      from: 'sip:ann@example.com',
      to: '+14155550199',
      durationMs: 63_000,
      password: 'marker',
      tags: { lead: '+14155550188' },
    }
    expect(showPayload({ v: 1, records: [record, 'text'] })).toEqual({
      v: 1,
      records: 2,
      first: [
        {
          id: '14155550199-7',
          account: 'acct_a',
          from: 'sip:ann@example.com',
          to: '+1415•••••••',
          durationMs: 63_000,
          otherFields: 2,
        },
        'text',
      ],
    })
  })

  test('with the first records of many', () => {
    const records = Array.from({ length: 1_000 }, (_, index) => ({ id: String(index) }))
    const shown = showPayload({ v: 1, records })
    expect(shown).toMatchObject({ records: 1_000, first: { length: 20 } })
  })

  test.each([
    [
      { v: 1, account: 'acct_a', inner: { key: 'marker' }, list: ['marker'] },
      { v: 1, account: 'acct_a', inner: '(object)', list: '(list)' },
    ],
    ['+14155550199', '+1415•••••••'],
    [null, null],
  ])('in one level: %j', (data, shown) => {
    expect(showPayload(data)).toEqual(shown)
  })
})
