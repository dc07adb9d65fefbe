import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { recordMailEvents } from '../../db/mail-events.ts'
import { newSigningKey } from '../../sandbox/fake-sendgrid/signing-key.ts'
import { readEventDelivery } from '../../web/sendgrid-events.ts'
import { RECEIPT, setupMails } from '../support/mails.ts'

/** Mails whose events come back over HTTP, signed. */
async function setupLoop() {
  const signingKey = newSigningKey()
  const receiver = await startReceiver()
  const mails = await setupMails({ url: receiver.url, privateKey: signingKey.privateKey })
  const { publicKey } = signingKey
  receiver.take(async (rawBody, request) => {
    const now = mails.clock.now()
    const { events } = readEventDelivery(rawBody, request.headers, { publicKey, now })
    await recordMailEvents(mails.db, events, now)
  })
  const send = async (recipients: string[]) => {
    const key = await mails.owe('receipt', RECEIPT, { recipients })
    await mails.run(key)
    await mails.fake.events.settled()
    return key
  }
  return { ...mails, ...receiver, send }
}

type Take = (rawBody: Buffer, request: IncomingMessage) => Promise<void>

/** Answers 200 when the body was taken, else 400. */
async function startReceiver() {
  let take: Take = () => Promise.reject(new Error('not yet'))
  const statuses: number[] = []
  const server = createServer(async (request, response) => {
    const rawBody = Buffer.concat(await Array.fromAsync(request))
    const status = await take(rawBody, request).then(
      () => 200,
      () => 400,
    )
    statuses.push(status)
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    statuses,
    take: (taking: Take) => {
      take = taking
    },
  }
}

it.each([
  ['owner@example.com', 'delivered', null],
  ['bounce@example.com', 'bounced', 'bounce: 550 5.1.1 The account does not exist'],
  ['gone@example.com', 'dropped', 'dropped: Bounced Address'],
])('a mail to %s ends as %s', async (address, state, detail) => {
  const { fake, send, stored } = await setupLoop()
  await fake.suppress('gone@example.com')
  expect(await stored(await send([address]))).toMatchObject({ state, detail })
})

it('a mail of which one address failed shows that', async () => {
  const { send, stored } = await setupLoop()
  expect((await stored(await send(['bounce@example.com', 'owner@example.com']))).state).toBe('bounced')
})

it('events twice, late and in reverse change nothing more', async () => {
  const { fake, send, stored, statuses } = await setupLoop()
  fake.events.isAutomatic = false
  const key = await send(['owner@example.com'])
  const [mail] = fake.mails
  if (!mail) throw new Error('no mail was sent')
  const processed = fake.events.make(mail, 'processed')
  const delivered = fake.events.make(mail, 'delivered')
  const spam = fake.events.make(mail, 'spamreport')
  for (const batch of [[spam], [delivered, delivered], [processed, spam], [delivered]]) {
    expect(await fake.events.deliver(batch)).toBe(200)
  }
  expect(await stored(key)).toMatchObject({ state: 'delivered', detail: 'reported as spam' })
  expect(statuses).toEqual([200, 200, 200, 200])
})

it('events are delivered again until the receiver takes them', async () => {
  const { fake, send, stored, take, statuses, db, clock } = await setupLoop()
  let refused = 0
  take(async (rawBody, request) => {
    if (refused++ === 0) throw new Error('not now')
    expect(request.method).toBe('POST')
    const [event] = JSON.parse(rawBody.toString('utf8'))
    const key = { account: event.account, mail: event.mail }
    const delivered = { id: event.sg_event_id, key, kind: 'delivered', reason: null, happenedAt: clock.now() }
    await recordMailEvents(db, [delivered], clock.now())
  })
  const key = await send(['owner@example.com'])
  expect(fake.mails).toHaveLength(1)
  expect(statuses).toEqual([400, 200])
  expect((await stored(key)).state).toBe('delivered')
})
