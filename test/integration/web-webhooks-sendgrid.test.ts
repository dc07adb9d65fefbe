import { expect, test } from 'vitest'
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../clients/send-grid-signature.ts'
import { newSigningKey, signDelivery } from '../../sandbox/fake-sendgrid/signing-key.ts'
import { setupWeb } from '../support/web.ts'

const BODY = JSON.stringify([{ sg_event_id: 'e1', event: 'delivered', timestamp: 1_772_452_800 }])
const TIMESTAMP = '1772452800'

async function setupReceiver() {
  const { privateKey, publicKey } = newSigningKey()
  const mail = {
    apiKey: 'k',
    apiBase: 'http://127.0.0.1:1',
    from: 'a@example.com',
    webhookPublicKey: publicKey,
  }
  const web = await setupWeb(undefined, () => Promise.resolve({ mail }))
  const deliver = async (body: string, signed = body) => {
    const headers = {
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signDelivery(signed, { timestamp: TIMESTAMP, privateKey }),
      [TIMESTAMP_HEADER]: TIMESTAMP,
    }
    const answer = await fetch(`${web.web.url}/webhooks/sendgrid`, { method: 'POST', body, headers })
    return { status: answer.status, body: await answer.json() }
  }
  return { ...web, deliver }
}

test('events of mails are stored once, by the bytes that SendGrid signed', async () => {
  const { deliver, db } = await setupReceiver()
  expect(await deliver(` ${BODY}\n`)).toEqual({ status: 200, body: { stored: 1 } })
  expect(await deliver(BODY)).toEqual({ status: 200, body: { stored: 0 } })
  expect(await db.selectFrom('mail_events').select('id').execute()).toEqual([{ id: 'e1' }])
})

test('events that SendGrid did not sign are refused', async () => {
  const { deliver, db } = await setupReceiver()
  expect(await deliver(`${BODY} `, BODY)).toMatchObject({
    status: 400,
    body: { detail: 'the delivery is not taken: its signature is not right' },
  })
  expect(await db.selectFrom('mail_events').select('id').execute()).toEqual([])
})

test('without a key of SendGrid its events are not taken', async () => {
  const { web } = await setupWeb()
  const answer = await fetch(`${web.url}/webhooks/sendgrid`, { method: 'POST', body: BODY })
  expect(answer.status).toBe(503)
})
