import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createWebhookSender, type WebhookSender } from '../../clients/outgoing-webhook.ts'
import { systemNewId } from '../../config/clock.ts'
import { inTransaction } from '../../db/transaction.ts'
import {
  listWebhookEndpoints,
  removeWebhookEndpoint,
  rotateWebhookSecret,
} from '../../db/webhook-endpoints.ts'
import { SECRET, type Service, settle, setupService } from '../support/service.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Credit comes and goes, so that the account's service starts or stops. */
async function change({ move, look }: Service, account = 'acct_a', usd = '5'): Promise<void> {
  await move(usd, account)
  await look(account)
}

const findings = ({ db }: Service) =>
  db.selectFrom('findings').select(['kind', 'subject', 'evidence', 'closed_at']).execute()

describe('a webhook', () => {
  it('tells of a change, signed by the secret of its endpoint', async () => {
    const service = await setupService()
    const { addEndpoint, run, woken, receiver, clock, events } = service
    const endpoint = await addEndpoint()
    await change(service)
    expect(woken).toEqual([
      { name: 'deliver-service-events', payload: { v: 1, account: 'acct_a', endpoint } },
    ])
    await run('deliver-service-events', { v: 1, account: 'acct_a', endpoint })
    const [webhook] = receiver.received
    const [event] = await events()
    expect(JSON.parse(webhook?.body ?? '')).toEqual({
      v: 1,
      id: event?.id,
      account: 'acct_a',
      seq: 1,
      state: 'active',
      previous: 'stopped',
      reason: null,
      available: '5.000000',
      at: clock.now().toISOString(),
    })
    const seconds = clock.now().getTime() / 1_000
    const hex = createHmac('sha256', SECRET).update(`${seconds}.${webhook?.body}`).digest('hex')
    expect(webhook?.headers).toMatchObject({
      'content-type': 'application/json',
      'ringledger-signature': `t=${seconds},v1=${hex}`,
    })
  })

  it('is signed by the secret before too, for as long as it is in force', async () => {
    const service = await setupService()
    const { addEndpoint, receiver, clock, db } = service
    const endpoint = await addEndpoint()
    const rotate = (secret: string) => {
      const othersUntil = new Date(clock.now().getTime() + DAY_MS)
      const next = { endpoint, secret: { id: systemNewId(), secret }, othersUntil }
      return inTransaction(db, (tx) => rotateWebhookSecret(tx, next, clock.now()))
    }
    clock.advance(MINUTE_MS)
    expect(await rotate('rlwh_new')).toBe(true)
    await change(service)
    await settle(service)
    clock.advance(DAY_MS)
    await change(service, 'acct_b')
    await settle(service)
    const signers = receiver.received.map(({ headers, body }) => {
      const [t, ...given] = String(headers['ringledger-signature']).split(',')
      const sign = (secret: string) =>
        createHmac('sha256', secret)
          .update(`${t?.slice(2)}.${body}`)
          .digest('hex')
      return given.map((one) => ['rlwh_new', SECRET].find((secret) => one === `v1=${sign(secret)}`))
    })
    expect(signers).toEqual([['rlwh_new', SECRET], ['rlwh_new']])
  })

  it('is sent once by a job that runs twice, and by two at the same time', async () => {
    const service = await setupService()
    const endpoint = await service.addEndpoint()
    await change(service)
    const deliver = () => service.run('deliver-service-events', { v: 1, account: 'acct_a', endpoint })
    await Promise.all([deliver(), deliver(), deliver()])
    await deliver()
    expect(service.receiver.events).toHaveLength(1)
  })

  it('is sent again with the same id where the job dies after sending', async () => {
    const service = await setupService()
    const { addEndpoint, run, context, receiver, clock } = service
    const endpoint = await addEndpoint()
    await change(service)
    const dying: WebhookSender = {
      send: async (webhook) => {
        await context.webhooks.send(webhook)
        throw new Error('the worker died')
      },
    }
    const payload = { v: 1, account: 'acct_a', endpoint }
    await expect(run('deliver-service-events', payload, { webhooks: dying })).rejects.toThrow('died')
    await settle(service)
    expect(receiver.events).toHaveLength(1)
    clock.advance(2 * MINUTE_MS)
    await settle(service)
    expect(receiver.events).toHaveLength(2)
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body)
    await settle(service)
    expect(receiver.events).toHaveLength(2)
  })

  it('is sent by the sweep where the queue lost everything', async () => {
    const service = await setupService()
    await service.addEndpoint()
    await service.move('5')
    await settle(service)
    expect(service.receiver.events).toMatchObject([{ account: 'acct_a', seq: 1 }])
  })
})

describe('the events of an account', () => {
  it('arrive in order, each after the one before got through', async () => {
    const service = await setupService()
    const { addEndpoint, receiver, clock } = service
    await addEndpoint()
    receiver.answer = 500
    await change(service)
    await settle(service)
    await change(service, 'acct_a', '-5')
    await change(service, 'acct_a', '5')
    await settle(service)
    expect(receiver.events.map(({ seq }) => seq)).toEqual([1])
    receiver.answer = 200
    clock.advance(MINUTE_MS)
    await settle(service)
    expect(receiver.events.map(({ seq }) => seq)).toEqual([1, 1, 2, 3])
  })

  it('arrive in order and miss none, whatever the receiver does meanwhile', async () => {
    const service = await setupService()
    const { addEndpoint, receiver, clock } = service
    await addEndpoint()
    const answers = [500, 'reset', 200, 404, 'reset', 200, 500, 200, 'reset', 301, 500, 200] as const
    for (const [turn, answer] of answers.entries()) {
      receiver.answer = answer
      const account = turn % 3 === 0 ? 'acct_b' : 'acct_a'
      const { state } = await service.state(account)
      await change(service, account, state === 'active' ? '-5' : '5')
      await settle(service)
      clock.advance(20_000)
    }
    receiver.answer = 200
    for (let minute = 0; minute < 20; minute++) {
      clock.advance(MINUTE_MS)
      await settle(service)
    }
    for (const account of ['acct_a', 'acct_b']) {
      const arrived = receiver.events.filter((event) => event.account === account).map(({ seq }) => seq)
      expect(arrived).toEqual(arrived.toSorted((a, b) => a - b))
      const { seq } = await service.state(account)
      expect([...new Set(arrived)]).toEqual(Array.from({ length: seq }, (_, index) => index + 1))
    }
  })

  it('do not wait for those of another account, nor for another endpoint', async () => {
    const service = await setupService()
    const { addEndpoint, receiver } = service
    await addEndpoint({ url: `http://${receiver.host}/first` })
    await addEndpoint({ url: 'http://127.0.0.1:1/not-allowed' })
    await change(service, 'acct_a')
    await change(service, 'acct_b')
    await settle(service)
    expect(receiver.events.map(({ account }) => account).sort()).toEqual(['acct_a', 'acct_b'])
  })

  it('are those that the endpoint wants to hear of', async () => {
    const service = await setupService()
    await service.addEndpoint({ events: ['stopped'] })
    await change(service)
    await change(service, 'acct_a', '-5')
    await settle(service)
    expect(service.receiver.events).toMatchObject([{ seq: 2, state: 'stopped' }])
  })

  it('are none that happened before the endpoint was registered, nor after it was removed', async () => {
    const service = await setupService()
    const { addEndpoint, db, receiver } = service
    await change(service)
    const endpoint = await addEndpoint()
    await change(service, 'acct_a', '-5')
    await settle(service)
    expect(receiver.events).toMatchObject([{ seq: 2 }])
    await change(service, 'acct_a', '5')
    expect(await inTransaction(db, (tx) => removeWebhookEndpoint(tx, endpoint))).toBe(true)
    await settle(service)
    await change(service, 'acct_a', '-5')
    await settle(service)
    expect(receiver.events).toHaveLength(1)
  })
})

describe('a receiver that', () => {
  it.each([
    ['answers 500', 500, 'answered 500'],
    ['redirects is not followed', 302, 'answered 302'],
    ['breaks the connection', 'reset', 'UND_ERR_SOCKET: other side closed'],
  ] as const)('%s is tried again', async (_, answer, why) => {
    const service = await setupService()
    const { addEndpoint, receiver, clock, db } = service
    await addEndpoint()
    receiver.answer = answer
    await change(service)
    await settle(service)
    expect(await listWebhookEndpoints(db)).toMatchObject([{ failingSince: null, lastFailure: { why } }])
    receiver.answer = 204
    clock.advance(MINUTE_MS)
    await settle(service)
    expect(receiver.events).toHaveLength(2)
    expect(await listWebhookEndpoints(db)).toMatchObject([{ failingSince: null, lastFailure: null }])
  })

  it('does not answer is let go of', async () => {
    const service = await setupService()
    const { addEndpoint, receiver, db, clock, run } = service
    const endpoint = await addEndpoint()
    receiver.answer = 'silence'
    await change(service)
    const rules = { hosts: [receiver.host], allowsLoopbackHttp: true }
    const webhooks = createWebhookSender({ ...rules, timeoutMs: 300, clock })
    await run('deliver-service-events', { v: 1, account: 'acct_a', endpoint }, { webhooks })
    expect(await listWebhookEndpoints(db)).toMatchObject([
      { lastFailure: { why: 'no answer within 300 ms' } },
    ])
    // Nor is it asked again for another account, for a while.
    await change(service, 'acct_b')
    receiver.answer = 200
    await settle(service)
    expect(receiver.received).toHaveLength(1)
    clock.advance(MINUTE_MS)
    await settle(service)
    expect(receiver.events.map(({ account: one }) => one).sort()).toEqual(['acct_a', 'acct_a', 'acct_b'])
  })

  it('is on a host that is not allowed any more gets nothing', async () => {
    const service = await setupService()
    await service.addEndpoint({ url: 'https://169.254.169.254/latest' })
    await change(service)
    await settle(service)
    expect(await listWebhookEndpoints(service.db)).toMatchObject([
      { lastFailure: { why: 'not sent: the address must be on a host that WEBHOOK_HOSTS allows' } },
    ])
  })

  it('is away for three days loses the event, is found failing, and is found again', async () => {
    const service = await setupService()
    const { addEndpoint, receiver, clock, db } = service
    const id = await addEndpoint()
    receiver.answer = 503
    await change(service)
    const begun = clock.now().getTime()
    const waits: number[] = []
    for (;;) {
      await settle(service)
      if ((await listWebhookEndpoints(db))[0]?.failingSince) break
      const due = db.selectFrom('webhook_deliveries').select('next_try_at')
      const { next_try_at: nextTryAt } = await due.executeTakeFirstOrThrow()
      if (nextTryAt === null) throw new Error('the event is not tried again')
      waits.push((nextTryAt.getTime() - clock.now().getTime()) / 1_000)
      clock.set(nextTryAt.toISOString())
    }
    // Longer each time, at most an hour; with the half minute that a claim is left to its job.
    expect(waits.slice(0, 11)).toEqual([40, 50, 70, 110, 190, 350, 670, 1_310, 2_590, 3_630, 3_630])
    expect(clock.now().getTime() - begun).toBeGreaterThanOrEqual(3 * DAY_MS)
    const evidence = { account: 'acct_a', seq: 1, url: receiver.url, why: 'answered 503' }
    expect(await findings(service)).toEqual([
      { kind: 'webhook_undelivered', subject: id, evidence, closed_at: null },
    ])
    receiver.answer = 200
    await change(service, 'acct_a', '-5')
    await settle(service)
    expect(receiver.events.at(-1)).toMatchObject({ seq: 2 })
    expect(await listWebhookEndpoints(db)).toMatchObject([{ failingSince: null, lastFailure: null }])
    expect(await findings(service)).toMatchObject([{ closed_at: clock.now() }])
  })
})
