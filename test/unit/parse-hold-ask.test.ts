import { describe, expect, test } from 'vitest'
import { parseHoldAsk } from '../../billing/parse-hold-ask.ts'

const CALL = {
  requestId: 'r1',
  account: 'acct_a',
  item: 'phone_call',
  kind: 'outbound',
  from: '+12025550123',
  to: '+14155550199',
}

describe('an ask', () => {
  test('for a call wants 300 seconds unless it says otherwise', () => {
    expect(parseHoldAsk({ ...CALL, note: 'ignored' })).toEqual({
      ask: { ...CALL, seconds: 300, segments: null },
    })
    expect(parseHoldAsk({ ...CALL, seconds: 7_200 })).toMatchObject({ ask: { seconds: 7_200 } })
  })

  test('for a text is one of a segment unless it says otherwise', () => {
    const text = { ...CALL, item: 'outgoing_text', kind: undefined }
    expect(parseHoldAsk(text)).toMatchObject({ ask: { kind: null, seconds: null, segments: 1 } })
    expect(parseHoldAsk({ ...text, segments: 4 })).toMatchObject({ ask: { segments: 4 } })
  })

  test('for the purchase of a number needs no from', () => {
    const purchase = { ...CALL, item: 'phone_number', kind: 'purchase', from: null }
    expect(parseHoldAsk(purchase)).toMatchObject({ ask: { from: null, seconds: null, segments: null } })
  })
})

describe('refused by name is', () => {
  test.each([
    ['requestId', { requestId: '' }],
    ['requestId', { requestId: 'r'.repeat(65) }],
    ['requestId', { requestId: 'a b' }],
    ['requestId', { requestId: 'emergency.r1' }],
    ['account', { account: 'acct.a' }],
    ['item', { item: 'fax' }],
    ['kind', { kind: undefined }],
    ['kind', { kind: 'purchase' }],
    ['kind', { item: 'phone_number', kind: 'renewal' }],
    ['from', { from: 12025550123 }],
    ['to', { to: '14155550199' }],
    ['to', { to: undefined }],
    ['seconds', { seconds: 0 }],
    ['seconds', { seconds: -60 }],
    ['seconds', { seconds: 1.5 }],
    ['seconds', { seconds: '60' }],
    ['seconds', { seconds: 7_201 }],
    ['seconds', { seconds: 1e300 }],
    ['seconds', { item: 'outgoing_text', kind: undefined, seconds: 60 }],
    ['segments', { segments: 1 }],
    ['segments', { item: 'incoming_text', kind: undefined, segments: 0 }],
  ])('a %s of %j', (field, change) => {
    expect(parseHoldAsk({ ...CALL, ...change })).toMatchObject({ faults: [{ field }] })
  })

  test('every field at once', () => {
    const read = parseHoldAsk({ ...CALL, requestId: null, account: '', to: 'x', seconds: 0 })
    const fields = 'faults' in read ? read.faults.map(({ field }) => field) : []
    expect(fields).toEqual(['requestId', 'account', 'to', 'seconds'])
  })

  test.each([null, [], 'ask', 7])('%j for a whole', (raw) => {
    expect(parseHoldAsk(raw)).toMatchObject({ faults: [{ field: 'body' }] })
  })
})
