import { describe, expect, test } from 'vitest'
import { parseUsageRecord, recordIdentity } from '../../billing/parse-usage-record.ts'

const CALL = {
  id: 'call-1',
  account: 'acct_1',
  item: 'phone_call',
  kind: 'outbound',
  from: '+12035550100',
  to: '+12035550123',
  occurredAt: '2026-11-05T14:00:00.250-05:00',
  durationMs: 61_500,
}
const { kind: _kind, durationMs: _durationMs, ...REST } = CALL
const TEXT = { ...REST, item: 'outgoing_text', segments: 2 }
const ATTEMPT = { ...REST, item: 'ring_through_attempt' }
const PURCHASE = { ...REST, item: 'phone_number', kind: 'purchase' }

function faultOf(raw: unknown): string | null {
  const parsed = parseUsageRecord(raw)
  return 'fault' in parsed ? parsed.fault.field : null
}

describe('a usage record', () => {
  test('of a call is read whole', () => {
    const raw = { ...CALL, callId: 'in-1', holdId: 'hold-1', tags: { agent: 'a17' }, unknown: { deep: [1] } }
    expect(parseUsageRecord(raw)).toEqual({
      record: {
        id: 'call-1',
        account: 'acct_1',
        item: 'phone_call',
        kind: 'outbound',
        from: '+12035550100',
        to: '+12035550123',
        occurredAtMs: Date.parse('2026-11-05T19:00:00.250Z'),
        durationMs: 61_500,
        segments: null,
        callId: 'in-1',
        holdId: 'hold-1',
        tags: { agent: 'a17' },
      },
    })
  })

  test.each([
    ['a text', TEXT],
    ['a ring-through attempt', ATTEMPT],
    ['a number', PURCHASE],
    ['a number that names no from', { ...PURCHASE, from: undefined }],
    ['an unanswered call', { ...CALL, durationMs: 0 }],
    ['the longest call', { ...CALL, durationMs: 2_147_483_647 }],
    ['a call to a short code', { ...CALL, to: '911' }],
    ['a call from a SIP user', { ...CALL, from: 'sip:alice.b+2@example.com;x=1' }],
    ['a text from a short code', { ...TEXT, item: 'incoming_text', from: '40404' }],
    ['nulls for absent fields', { ...CALL, segments: null, callId: null, holdId: null, tags: null }],
    ['no tags', { ...CALL, tags: {} }],
    ['the longest id', { ...CALL, id: `${'x'.repeat(120)}._:#-AZ9` }],
  ])('of %s is accepted', (_, raw) => {
    expect(faultOf(raw)).toBeNull()
  })

  test.each([
    ['id', [undefined, null, 7, '', 'a b', 'é', 'a/b', 'x'.repeat(129), 'a\n', 'a\0']],
    ['account', [undefined, null, 7, '', 'a.b', 'a b', 'x'.repeat(65), 'a\n']],
    ['item', [undefined, null, 'phone', 'toString', 'funds_added', ['phone_call']]],
    ['kind', [undefined, null, '', 'purchase', 'toString']],
    [
      'from',
      [
        undefined,
        null,
        7,
        '',
        '+1',
        '+0203',
        '+1203555010012345',
        'a b',
        'a"b',
        "a'b",
        'a\\b',
        'a,b',
        '<a>',
        'é',
      ],
    ],
    ['from', ['x'.repeat(65), 'a\0', 'a\n']],
    [
      'to',
      [
        undefined,
        null,
        911,
        '',
        '+',
        '+12',
        '+0203555',
        '+1203555010012345',
        '1',
        '123456789',
        'alice',
        '+1203 555',
      ],
    ],
    ['occurredAt', [undefined, null, 1_762_000_000_000, '', '2026-11-05T14:00:00', '2026-02-30T00:00:00Z']],
    ['occurredAt', ['1999-12-31T23:59:59Z', '3000-01-01T00:00:00Z', '2000-01-01T00:00:00+01:00']],
    ['durationMs', [undefined, null, -1, 0.5, 2_147_483_648, '60', Number.NaN, true]],
    ['segments', [1]],
    ['callId', [7, '', 'x'.repeat(129), 'a\0b', '\ud800']],
    ['holdId', [7, '', 'x'.repeat(129), 'a\0b']],
    ['tags', ['agent', [], { agent: 7 }, { agent: null }, { '': 'x' }, { agent: 'x'.repeat(129) }]],
    ['tags', [{ ['x'.repeat(33)]: 'x' }, { agent: 'a\0' }, { 'a\0': 'x' }, { agent: '\udc00' }]],
    ['tags', [Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`tag${i}`, 'x']))]],
  ])('of a call names the field %s for each of %j', (field, values) => {
    for (const value of values) expect(faultOf({ ...CALL, [field]: value })).toBe(field)
  })

  test.each([
    ['a text without segments', { ...TEXT, segments: undefined }, 'segments'],
    ['a text of no segment', { ...TEXT, segments: 0 }, 'segments'],
    ['a text of more segments than 32767', { ...TEXT, segments: 32_768 }, 'segments'],
    ['a text with a duration', { ...TEXT, durationMs: 0 }, 'durationMs'],
    ['a text with a kind', { ...TEXT, kind: 'outbound' }, 'kind'],
    ['an attempt with a duration', { ...ATTEMPT, durationMs: 5 }, 'durationMs'],
    ['an attempt with a kind', { ...ATTEMPT, kind: 'inbound' }, 'kind'],
    ['an attempt without from', { ...ATTEMPT, from: undefined }, 'from'],
    ['a number without a kind', { ...PURCHASE, kind: undefined }, 'kind'],
    ['a number with a kind of call', { ...PURCHASE, kind: 'inbound' }, 'kind'],
  ])('of %s is refused', (_, raw, field) => {
    expect(faultOf(raw)).toBe(field)
  })

  test.each([null, undefined, 7, 'call', true, [CALL]].map((raw) => [raw]))(
    'is an object and not %j',
    (raw) => {
      expect(faultOf(raw)).toBe('record')
    },
  )

  test('of a renewal is refused from producers, and read where renewals are made', () => {
    const renewal = { ...PURCHASE, kind: 'renewal' }
    const refused = parseUsageRecord(renewal)
    expect(refused).toMatchObject({
      fault: { field: 'kind', message: expect.stringContaining('nightly run') },
    })
    expect(parseUsageRecord(renewal, { allowRenewal: true })).toMatchObject({ record: { kind: 'renewal' } })
  })
})

describe('the identity of a malformed record', () => {
  test.each([
    [
      { ...CALL, to: 'nobody' },
      { account: 'acct_1', id: 'call-1' },
    ],
    [
      { id: 'call 1', account: 'acct_1' },
      { account: 'acct_1', id: null },
    ],
    [
      { id: 'call-1', account: 7 },
      { account: null, id: 'call-1' },
    ],
    [null, { account: null, id: null }],
    ['call-1', { account: null, id: null }],
  ])('of %j is %j', (raw, identity) => {
    expect(recordIdentity(raw)).toEqual(identity)
  })
})
