import { describe, expect, it } from 'vitest'
import { parseTwilioResource } from '../../billing/cdr/twilio.ts'

const CALL = {
  sid: 'CA00000000000000000000000000000001',
  account_sid: 'AC00000000000000000000000000000001',
  parent_call_sid: null,
  date_created: 'Tue, 31 Aug 2010 20:36:28 +0000',
  start_time: 'Tue, 31 Aug 2010 20:36:29 +0000',
  end_time: 'Tue, 31 Aug 2010 20:36:44 +0000',
  direction: 'inbound',
  duration: '15',
  from: '+14155550101',
  to: '+12035550100',
  price: '-0.03000',
  price_unit: 'USD',
  status: 'completed',
}

const MESSAGE = {
  sid: 'SM00000000000000000000000000000001',
  account_sid: 'AC00000000000000000000000000000001',
  messaging_service_sid: null,
  body: 'Hello! 👍',
  date_created: 'Thu, 30 Jul 2015 20:12:31 +0000',
  date_sent: 'Thu, 30 Jul 2015 20:12:33 +0000',
  direction: 'outbound-api',
  from: '+12035550100',
  to: '+14155550101',
  num_segments: '2',
  status: 'delivered',
}

function parse(resource: unknown) {
  return parseTwilioResource(resource, { account: 'acme' })
}

describe('a Call resource', () => {
  it('becomes a usage record', () => {
    expect(parse(CALL)).toEqual({
      record: {
        id: CALL.sid,
        account: 'acme',
        item: 'phone_call',
        kind: 'inbound',
        from: '+14155550101',
        to: '+12035550100',
        occurredAt: '2010-08-31T20:36:29.000Z',
        durationMs: 15_000,
      },
    })
  })

  it.each([
    ['inbound', 'inbound'],
    ['outbound-api', 'outbound'],
    ['outbound-dial', 'outbound'],
    ['trunking-originating', 'inbound'],
    ['trunking-terminating', 'outbound'],
  ])('of direction %s is %s', (direction, kind) => {
    expect(parse({ ...CALL, direction })).toMatchObject({ record: { kind } })
  })

  it.each(['busy', 'no-answer', 'failed', 'canceled'])('that is %s costs nothing', (status) => {
    const call = { ...CALL, status, duration: null, start_time: null }
    expect(parse(call)).toMatchObject({ record: { durationMs: 0, occurredAt: '2010-08-31T20:36:28.000Z' } })
  })

  it.each(['queued', 'initiated', 'ringing', 'in-progress'])('that is %s is skipped', (status) => {
    expect(parse({ ...CALL, status, duration: null })).toEqual({ skip: `not final: ${status}` })
  })

  it.each([
    ['a browser client', { from: '+12035550100', to: 'client:alice' }],
    ['a SIP endpoint', { from: '+12035550100', to: 'sip:alice@example.com' }],
    ['a TwiML app', { from: 'client:alice', to: '' }],
  ])('to %s is skipped', (_, numbers) => {
    expect(parse({ ...CALL, ...numbers })).toEqual({ skip: 'leg to no telephone number' })
  })

  it('of a child leg names its parent', () => {
    const parent_call_sid = 'CA00000000000000000000000000000009'
    const call = { ...CALL, parent_call_sid, from: 'client:alice', direction: 'outbound-dial' }
    expect(parse(call)).toMatchObject({ record: { callId: parent_call_sid, from: 'client:alice' } })
  })
})

describe('a Message resource', () => {
  it('becomes a usage record', () => {
    expect(parse(MESSAGE)).toEqual({
      record: {
        id: MESSAGE.sid,
        account: 'acme',
        item: 'outgoing_text',
        from: '+12035550100',
        to: '+14155550101',
        occurredAt: '2015-07-30T20:12:33.000Z',
        segments: 2,
      },
    })
  })

  it.each([
    ['inbound', 'incoming_text'],
    ['outbound-api', 'outgoing_text'],
    ['outbound-call', 'outgoing_text'],
    ['outbound-reply', 'outgoing_text'],
  ])('of direction %s is an %s', (direction, item) => {
    expect(parse({ ...MESSAGE, direction })).toMatchObject({ record: { item } })
  })

  it.each(['sent', 'undelivered', 'read', 'delivery_unknown', 'partially_delivered', 'received'])(
    'that is %s is the same record as a delivered one',
    (status) => expect(parse({ ...MESSAGE, status })).toEqual(parse(MESSAGE)),
  )

  it.each(['accepted', 'scheduled', 'queued', 'sending', 'receiving'])('that is %s is skipped', (status) => {
    expect(parse({ ...MESSAGE, status, num_segments: '0' })).toEqual({ skip: `not final: ${status}` })
  })

  it.each(['failed', 'canceled'])('that %s was never sent and is skipped', (status) => {
    expect(parse({ ...MESSAGE, status })).toEqual({ skip: `never sent: ${status}` })
  })

  it('is from its messaging service where it names no sender', () => {
    const messaging_service_sid = 'MG00000000000000000000000000000001'
    expect(parse({ ...MESSAGE, from: null, messaging_service_sid })).toMatchObject({
      record: { from: messaging_service_sid },
    })
  })

  it('may go to a short code', () => {
    expect(parse({ ...MESSAGE, to: '72345' })).toMatchObject({ record: { to: '72345' } })
  })

  it('is of the time it was created where it has none of its sending', () => {
    expect(parse({ ...MESSAGE, date_sent: null })).toMatchObject({
      record: { occurredAt: '2015-07-30T20:12:31.000Z' },
    })
  })
})

describe('a resource that cannot be charged', () => {
  it.each([
    ['no object', [], 'row'],
    ['a page of resources', { calls: [CALL] }, 'sid'],
    ['a sid of something else', { ...CALL, sid: 'RE00000000000000000000000000000001' }, 'sid'],
    ['a call of unknown status', { ...CALL, status: 'done' }, 'status'],
    ['a completed call without duration', { ...CALL, duration: null }, 'duration'],
    ['a call of unknown direction', { ...CALL, direction: 'sideways' }, 'direction'],
    ['a call to nothing', { ...CALL, to: '' }, 'to'],
    ['a call without times', { ...CALL, start_time: null, date_created: null }, 'start_time or date_created'],
    ['a time of another form', { ...CALL, start_time: '2010-08-31' }, 'start_time'],
    ['a message of another channel', { ...MESSAGE, to: 'whatsapp:+14155550101' }, 'to'],
    ['a message of unknown status', { ...MESSAGE, status: 'done' }, 'status'],
    ['a message of unknown direction', { ...MESSAGE, direction: 'outbound-dial' }, 'direction'],
    ['a sent message without segments', { ...MESSAGE, num_segments: '0' }, 'num_segments'],
  ])('names its fault: %s', (_, resource, field) => {
    expect(parse(resource)).toMatchObject({ fault: { field } })
  })
})
