import { describe, expect, test, vi } from 'vitest'
import { signWebhook } from '../../sandbox/fake-stripe/webhook-signature.ts'
import { balanceOf } from '../support/ledger.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { STRIPE_WEBHOOK_SECRET, usd } from '../support/payments.ts'
import { ROTATED_SECRET, setupWebPayments, type WebPayments } from '../support/payments-web.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { setupWeb } from '../support/web.ts'

const redis = queueBackends().find(({ name }) => name === 'redis')

const eventOf = (fields: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'payment_intent.succeeded',
    livemode: false,
    data: { object: { id: 'pi_1', description: 'naïve – \u{1f4b3}' } },
    ...fields,
  })

const AT = new Date('2026-03-02T12:00:00Z')
const signed = (payload: string, { secret = STRIPE_WEBHOOK_SECRET, at = AT } = {}) =>
  signWebhook({ payload, secret, at })

async function deliver(
  { web }: Pick<WebPayments, 'web'>,
  payload: string | Buffer,
  headers: Record<string, string>,
) {
  const answer = await fetch(`${web.url}/webhooks/stripe`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(payload)),
    headers,
  })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}

const storedEvents = ({ db }: Pick<WebPayments, 'db'>) =>
  db.selectFrom('stripe_events').select(['id', 'type', 'object_id', 'outcome']).execute()

describe('an event of Stripe', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'text/plain', null])(
    'is stored to be worked, whatever it says it is: %j',
    async (mediaType) => {
      const web = await setupWebPayments()
      const payload = `${eventOf()}\n `
      const type: Record<string, string> = mediaType === null ? {} : { 'content-type': mediaType }
      const answer = await deliver(web, payload, { ...type, 'stripe-signature': signed(payload) })
      expect(answer).toMatchObject({ status: 200, body: { received: true } })
      expect(await storedEvents(web)).toEqual([
        { id: 'evt_1', type: 'payment_intent.succeeded', object_id: 'pi_1', outcome: null },
      ])
    },
  )

  test('is taken with either secret while they are rotated', async () => {
    const web = await setupWebPayments()
    for (const secret of [STRIPE_WEBHOOK_SECRET, ROTATED_SECRET]) {
      const payload = eventOf({ id: `evt_${secret}` })
      expect((await deliver(web, payload, { 'stripe-signature': signed(payload, { secret }) })).status).toBe(
        200,
      )
    }
    expect(await storedEvents(web)).toHaveLength(2)
  })

  test('sent fifty times at once is stored once', async () => {
    const web = await setupWebPayments()
    const payload = eventOf()
    const headers = { 'stripe-signature': signed(payload) }
    const answers = await Promise.all(Array.from({ length: 50 }, () => deliver(web, payload, headers)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await storedEvents(web)).toHaveLength(1)
  })

  test.each([
    ['no signature', eventOf(), ''],
    ['a signature of nothing', eventOf(), 't=,v1='],
    ['a forged signature', eventOf(), signed(eventOf(), { secret: 'whsec_guessed' })],
    ['a blank secret', eventOf(), signed(eventOf(), { secret: '' })],
    ['another body', eventOf({ id: 'evt_2' }), signed(eventOf())],
    ['one more blank', `${eventOf()} `, signed(eventOf())],
    [
      'a signature that is six minutes old',
      eventOf(),
      signed(eventOf(), { at: new Date('2026-03-02T11:54:00Z') }),
    ],
    ['a signature from the future', eventOf(), signed(eventOf(), { at: new Date('2026-03-02T12:06:00Z') })],
    ['a body that is no event', '{}', signed('{}')],
    ['a body that is not JSON', 'not json', signed('not json')],
    ['no body', '', signed('')],
  ])('with %s is refused, and nothing is stored', async (_what, payload, signature) => {
    const web = await setupWebPayments()
    expect(await deliver(web, payload, { 'stripe-signature': signature })).toMatchObject({
      status: 400,
      body: {
        type: '/problems/bad-request',
        detail: 'the event is not taken: Stripe did not sign it just now',
      },
    })
    expect(await storedEvents(web)).toEqual([])
  })

  test('of more than one MiB is refused', async () => {
    const web = await setupWebPayments()
    const payload = ' '.repeat(1_048_577)
    expect(await deliver(web, payload, { 'stripe-signature': signed(payload) })).toMatchObject({
      status: 413,
      body: { detail: 'a body may have at most 1 MiB' },
    })
  })

  test('of live mode has no effect under a test key, and is a finding', async () => {
    const web = await setupWebPayments()
    for (const id of ['evt_1', 'evt_2', 'evt_1']) {
      const payload = eventOf({ id, livemode: true })
      expect((await deliver(web, payload, { 'stripe-signature': signed(payload) })).status).toBe(200)
    }
    const outcomes = (await storedEvents(web)).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['other mode', 'other mode'])
    expect(await web.db.selectFrom('findings').select(['kind', 'subject', 'severity']).execute()).toEqual([
      { kind: 'stripe_event_of_other_mode', subject: 'live', severity: 'warning' },
    ])
  })

  test('is worked at once, and credits a payment whose answer was lost', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    await web.startPaymentWorker()
    web.stripe.faults.next('drop_answer', { method: 'POST', path: /\/confirm$/, times: 2 })
    expect((await web.pay('25')).status).toBe(201)
    await vi.waitFor(async () => expect(await balanceOf(web.db)).toBe(usd('25')), 10_000)
    await web.stripe.webhooks.settled()
    expect(new Set(web.stripe.webhooks.deliveries.map(({ status }) => status))).toEqual(new Set([200]))
  })
})

describe.runIf(redis)('while the queue', () => {
  test('is away, an event is stored and answered all the same', async () => {
    const own = await startOwnRedis()
    const web = await setupWebPayments({ backend: own })
    await own.stop()
    const payload = eventOf()
    expect((await deliver(web, payload, { 'stripe-signature': signed(payload) })).status).toBe(200)
    expect(await storedEvents(web)).toHaveLength(1)
    expect(await web.logged.line('job not woken; it is swept')).toMatchObject({ job: 'apply-stripe-event' })
  })

  test('does not answer, an event waits for it in no way', async () => {
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof startTcpProxy>>>()
    const web = await setupWebPayments({
      backend: redis,
      reach: async ({ redisUrl }) => {
        const proxy = await startTcpProxy(redisUrl ?? '')
        resolve(proxy)
        return { redisUrl: proxy.through(redisUrl ?? '') }
      },
    })
    const proxy = await promise
    proxy.blackhole()
    const payload = eventOf()
    expect((await deliver(web, payload, { 'stripe-signature': signed(payload) })).status).toBe(200)
    expect(web.logged.lines.some(({ msg }) => msg === 'job not woken; it is swept')).toBe(false)
    proxy.forward()
  })
})

test('an event that cannot be stored is to be sent again', async () => {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof startTcpProxy>>>()
  const web = await setupWebPayments({
    reach: async ({ databaseUrl }) => {
      const proxy = await startTcpProxy(databaseUrl)
      resolve(proxy)
      return { databaseUrl: proxy.through(databaseUrl) }
    },
  })
  await (await promise).close()
  const payload = eventOf()
  expect(await deliver(web, payload, { 'stripe-signature': signed(payload) })).toMatchObject({
    status: 503,
    body: { type: '/problems/unavailable' },
  })
})

test('without a key of Stripe its events are not taken', async () => {
  const web = await setupWeb()
  const payload = eventOf()
  expect(await deliver(web, payload, { 'stripe-signature': signed(payload) })).toMatchObject({
    status: 503,
    body: { type: '/problems/payments-not-configured' },
  })
})
