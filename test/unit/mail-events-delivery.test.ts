import { describe, expect, it } from 'vitest'
import { SIGNATURE_HEADER, signatureFault, TIMESTAMP_HEADER } from '../../clients/send-grid-signature.ts'
import { newSigningKey, signDelivery } from '../../sandbox/fake-sendgrid/signing-key.ts'
import { readEventDelivery } from '../../web/sendgrid-events.ts'

const NOW = new Date('2026-03-02T12:00:00Z')
const SECONDS = NOW.getTime() / 1_000
const KEY = newSigningKey()
const MAIL = '0b3c1f6e-58a1-4c0e-9a37-1f4f6a1f9d11'

function headersOf(body: string, fields: { timestamp?: string; privateKey?: string } = {}) {
  const { timestamp = String(SECONDS), privateKey = KEY.privateKey } = fields
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: signDelivery(body, { timestamp, privateKey }) }
}

const read = (body: string | Buffer, headers: Record<string, string | undefined>) =>
  readEventDelivery(Buffer.from(body), headers, { publicKey: KEY.publicKey, now: NOW })

const EVENT = {
  sg_event_id: 'e1',
  event: 'delivered',
  timestamp: SECONDS - 10,
  email: 'owner@example.com',
  account: 'acct_a',
  mail: MAIL,
  response: '250 OK',
}

describe('a delivery of events', () => {
  it('is read when it is signed', () => {
    const body = JSON.stringify([EVENT])
    expect(read(body, headersOf(body))).toEqual({
      unreadable: 0,
      events: [
        {
          id: 'e1',
          key: { account: 'acct_a', mail: MAIL },
          kind: 'delivered',
          reason: '250 OK',
          happenedAt: new Date(NOW.getTime() - 10_000),
        },
      ],
    })
  })

  it('is checked by its raw bytes', () => {
    const spaced = `[ ${JSON.stringify({ ...EVENT, reason: 'für Zoë 🙂' })}\r\n ]`
    expect(read(spaced, headersOf(spaced)).events).toHaveLength(1)
    expect(() => read(JSON.stringify(JSON.parse(spaced)), headersOf(spaced))).toThrow('not taken')
  })

  const body = JSON.stringify([EVENT])
  const signed = headersOf(body)
  it.each<[string, string, Record<string, string | undefined>]>([
    ['without a signature', body, { ...signed, [SIGNATURE_HEADER]: undefined }],
    ['without a timestamp', body, { ...signed, [TIMESTAMP_HEADER]: undefined }],
    ['with another timestamp', body, { ...signed, [TIMESTAMP_HEADER]: String(SECONDS - 1) }],
    ['with another body', body.replace('delivered', 'bounce'), signed],
    ['signed by another key', body, headersOf(body, newSigningKey())],
    ['with a signature that is none', body, { ...signed, [SIGNATURE_HEADER]: 'bm9uc2Vuc2U=' }],
    ['of 301 seconds ago', body, headersOf(body, { timestamp: String(SECONDS - 301) })],
    ['from the future', body, headersOf(body, { timestamp: String(SECONDS + 61) })],
    ['with a time in words', body, headersOf(body, { timestamp: 'now' })],
  ])('%s is refused', (_what, sent, headers) => {
    expect(() => read(sent, headers)).toThrow('the delivery is not taken')
  })

  it.each([-300, 60])('of %s seconds from now is still taken', (seconds) => {
    expect(read(body, headersOf(body, { timestamp: String(SECONDS + seconds) })).events).toHaveLength(1)
  })

  it.each(['{}', 'null', '"text"', '[', '\u0000'])(
    'that is signed but no list of events is refused: %j',
    (text) => {
      expect(() => read(text, headersOf(text))).toThrow('the body is not')
    },
  )

  it.each([
    ['an event without an id', { sg_event_id: undefined }],
    ['an id with a NUL', { sg_event_id: 'a\u0000b' }],
    ['a time in words', { timestamp: 'now' }],
    ['no event', { event: 5 }],
  ])('with %s is counted and holds up nothing', (_what, fields) => {
    const list = JSON.stringify([{ ...EVENT, ...fields }, EVENT, null, 'text'])
    expect(read(list, headersOf(list))).toMatchObject({ unreadable: 3, events: [{ id: 'e1' }] })
  })

  it.each([
    ['without our arguments', { account: undefined, mail: undefined }],
    ['with the arguments of somebody else', { mail: 'order-7' }],
    ['with an account that can be none', { account: 'a\u0000b' }],
    ['with other types', { account: 5, mail: {} }],
  ])('of a mail %s names no mail', (_what, fields) => {
    const list = JSON.stringify([{ ...EVENT, ...fields }])
    expect(read(list, headersOf(list))).toMatchObject({ unreadable: 0, events: [{ id: 'e1', key: null }] })
  })
})

it('a signature is checked as SendGrid describes it: ECDSA over the timestamp and the body', () => {
  const delivery = {
    rawBody: Buffer.from(SAMPLE.body),
    signature: SAMPLE.signature,
    timestamp: SAMPLE.timestamp,
  }
  const at = { publicKey: SAMPLE.publicKey, now: new Date(Number(SAMPLE.timestamp) * 1_000) }
  expect(signatureFault(delivery, at)).toBeNull()
  expect(signatureFault({ ...delivery, timestamp: '1588788368' }, at)).toBe('its signature is not right')
})

/** The vector that SendGrid's own libraries are tested with. */
const SAMPLE = {
  publicKey:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==',
  signature:
    'MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=',
  timestamp: '1588788367',
  body: '{"category":"example_payload","event":"test_event","message_id":"message_id"}',
}
