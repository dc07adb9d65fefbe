import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Stripe } from 'stripe'
import { describe, expect, it } from 'vitest'
import type { FakeStripeOptions } from '../../sandbox/fake-stripe/start-fake-stripe.ts'
import { signWebhook } from '../../sandbox/fake-stripe/webhook-signature.ts'
import {
  customerWithCard,
  errorOf,
  newPayment,
  paidPayment,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'

const SECRET = 'whsec_ringledger'

/** An endpoint that notes what comes, and the stand-in that sends to it. `answers` are used up, then it answers 200. */
async function withEndpoint(answers: number[] = [], options: Partial<FakeStripeOptions> = {}) {
  const received: { payload: string; signature: string }[] = []
  const server = createServer(async (request, response) => {
    const payload = await text(request)
    received.push({ payload, signature: String(request.headers['stripe-signature']) })
    response.writeHead(answers.shift() ?? 200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const test = await stripeInTest({
    webhook: { url: `http://127.0.0.1:${port}/webhooks/stripe`, secret: SECRET },
    webhookRetryDelaysMs: [0, 0],
    ...options,
  })
  const types = () => received.map(({ payload }) => String(JSON.parse(payload).type))
  const close = async () => {
    await test.fake.stop()
    server.close()
    server.closeAllConnections()
  }
  return { ...test, received, types, [Symbol.asyncDispose]: close }
}

type Endpoint = Awaited<ReturnType<typeof withEndpoint>>

const PAYING = ['customer.created', 'payment_method.attached', 'payment_intent.created']

describe('an event', () => {
  it('is sent with a signature that the SDK verifies', async () => {
    await using test = await withEndpoint()
    const { id } = await test.stripe.customers.create({ name: 'Zoë “Acme”' })
    await test.fake.webhooks.settled()
    const [{ payload, signature } = { payload: '', signature: '' }] = test.received
    const receivedAt = Math.floor(test.clock.now().getTime() / 1_000)
    const verify = (body: string, secret: string) =>
      test.stripe.webhooks.constructEvent(body, signature, secret, 300, undefined, receivedAt)
    expect(verify(payload, SECRET)).toMatchObject({ type: 'customer.created', data: { object: { id } } })
    expect(() => verify(payload, 'whsec_other')).toThrow(Stripe.errors.StripeSignatureVerificationError)
    expect(() => verify(payload.replace('Acme', 'Evil'), SECRET)).toThrow('No signatures found')
    expect(signWebhook({ payload, secret: SECRET, at: test.clock.now() })).toBe(signature)
  })

  it('is told for each change of a payment, in order, and names the request', async () => {
    await using test = await withEndpoint()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    const { id } = await newPayment(test.stripe, customer)
    await test.stripe.paymentIntents.confirm(id, { payment_method: card }, { idempotencyKey: 'k' })
    await test.fake.webhooks.settled()
    expect(test.types()).toEqual([...PAYING, 'charge.succeeded', 'payment_intent.succeeded'])
    const last = JSON.parse(test.received.at(-1)?.payload ?? '')
    expect(last).toMatchObject({
      request: { idempotency_key: 'k' },
      data: { object: { status: 'succeeded' } },
    })
  })

  it.each([
    ['pm_card_chargeCustomerFail', ['charge.failed', 'payment_intent.payment_failed']],
    ['pm_card_authenticationRequired', ['charge.failed', 'payment_intent.payment_failed']],
    [
      'pm_card_createDispute',
      [
        'charge.succeeded',
        'payment_intent.succeeded',
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
      ],
    ],
  ])('tells what happened to %s off session', async (token, types) => {
    await using test = await withEndpoint()
    const refused = { type: 'StripeCardError' }
    await paidPayment(test.stripe, token).catch((error) => expect(error).toMatchObject(refused))
    await test.fake.webhooks.settled()
    expect(test.types()).toEqual([...PAYING, ...types])
  })

  it.each<[string, (test: Endpoint, payment: string, card: string) => Promise<unknown>]>([
    ['payment_intent.canceled', ({ stripe }, payment) => stripe.paymentIntents.cancel(payment)],
    [
      'payment_intent.processing',
      async ({ stripe, fake }, payment, card) => {
        await fake.stories.behave(card, { kind: 'takes_days' })
        return await stripe.paymentIntents.confirm(payment, { payment_method: card })
      },
    ],
    [
      'payment_intent.requires_action',
      async ({ stripe, fake }, payment, card) => {
        await fake.stories.behave(card, { kind: 'asks_to_authenticate' })
        return await stripe.paymentIntents.confirm(payment, { payment_method: card })
      },
    ],
    ['setup_intent.created', ({ stripe }) => stripe.setupIntents.create({})],
    [
      'setup_intent.succeeded',
      ({ stripe }, _, card) => stripe.setupIntents.create({ payment_method: card, confirm: true }),
    ],
    [
      'setup_intent.requires_action',
      ({ stripe }) =>
        stripe.setupIntents.create({ payment_method: 'pm_card_authenticationRequired', confirm: true }),
    ],
    [
      'setup_intent.setup_failed',
      ({ stripe }) =>
        errorOf(stripe.setupIntents.create({ payment_method: 'pm_card_visa_chargeDeclined', confirm: true })),
    ],
    ['payment_method.detached', ({ stripe }, _, card) => stripe.paymentMethods.detach(card)],
    ['payment_method.detached', ({ fake }, _, card) => fake.stories.removeCard(card)],
    [
      'payment_method.automatically_updated',
      ({ fake }, _, card) => fake.stories.updateCard(card, { exp_year: 2035 }),
    ],
  ])('%s comes last', async (type, happen) => {
    await using test = await withEndpoint()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    const { id } = await newPayment(test.stripe, customer)
    await happen(test, id, card)
    await test.fake.webhooks.settled()
    expect(test.types().at(-1)).toBe(type)
  })

  it('shows its object as it was then', async () => {
    await using test = await stripeInTest()
    const { id } = await paidPayment(test.stripe)
    const [created] = (await test.stripe.events.list({ type: 'payment_intent.created' })).data
    expect(created).toMatchObject({ data: { object: { id, status: 'requires_payment_method' } } })
    expect(await test.stripe.events.retrieve(created?.id ?? '')).toEqual(created)
  })
})

describe('a webhook', () => {
  it('that is refused is sent again, with the same event', async () => {
    await using test = await withEndpoint([500, 404])
    await test.stripe.customers.create()
    await test.fake.webhooks.settled()
    expect(test.fake.webhooks.deliveries.map(({ status }) => status)).toEqual([500, 404, 200])
    expect(new Set(test.received.map(({ payload }) => JSON.parse(payload).id)).size).toBe(1)
    expect((await test.stripe.events.list({ delivery_success: true })).data).toHaveLength(1)
  })

  it('that is refused each time is given up', async () => {
    await using test = await withEndpoint([500, 500, 500])
    await test.stripe.customers.create()
    await test.fake.webhooks.settled()
    expect(test.received).toHaveLength(3)
    expect((await test.stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
  })

  it('that is lost never comes, and its event is listed all the same', async () => {
    await using test = await withEndpoint()
    test.fake.webhooks.drop()
    await paidPayment(test.stripe)
    await test.fake.webhooks.settled()
    expect(test.received).toEqual([])
    expect((await test.stripe.events.list({ type: 'payment_intent.succeeded' })).data).toHaveLength(1)
  })

  it('is sent so many times at once as it is told', async () => {
    await using test = await withEndpoint()
    test.fake.webhooks.resume(50)
    await test.stripe.customers.create()
    await test.fake.webhooks.settled()
    expect(test.received).toHaveLength(50)
    expect(new Set(test.received.map(({ payload }) => payload)).size).toBe(1)
  })

  it('waits until it is released, in any order', async () => {
    await using test = await withEndpoint()
    test.fake.webhooks.hold()
    await paidPayment(test.stripe)
    await test.fake.webhooks.settled()
    expect(test.received).toEqual([])
    const inOrder = test.fake.webhooks.held.map(({ type }) => type)
    test.fake.webhooks.release((events) => events.toReversed())
    await test.fake.webhooks.settled()
    expect(test.types()).toEqual(inOrder.toReversed())
    expect(test.fake.webhooks.held).toEqual([])
  })

  it('is sent once more on demand', async () => {
    await using test = await withEndpoint()
    await test.stripe.customers.create()
    await test.fake.webhooks.settled()
    for (const event of test.fake.state.events.values()) test.fake.webhooks.resend(event)
    await test.fake.webhooks.settled()
    expect(test.types()).toEqual(['customer.created', 'customer.created'])
  })

  it('finds nobody, and the request that caused it is answered all the same', async () => {
    const nobody = { url: 'http://127.0.0.1:9/webhooks/stripe', secret: SECRET }
    await using test = await stripeInTest({ webhook: nobody, webhookRetryDelaysMs: [] })
    await test.stripe.customers.create()
    await test.fake.webhooks.settled()
    expect(test.fake.webhooks.deliveries).toMatchObject([{ type: 'customer.created', status: 0 }])
  })
})

describe('the list of events', () => {
  it('is narrowed by types and time, and goes back 30 days', async () => {
    await using test = await stripeInTest()
    await test.stripe.customers.create()
    const created = Math.floor(test.clock.now().getTime() / 1_000)
    test.clock.advance(60_000)
    await paidPayment(test.stripe)
    const count = async (params: Stripe.EventListParams) =>
      (await test.stripe.events.list({ limit: 100, ...params })).data.length
    expect(await count({})).toBe(6)
    expect(await count({ created: { gt: created } })).toBe(5)
    expect(await count({ created: { lte: created } })).toBe(1)
    expect(await count({ types: ['charge.succeeded', 'payment_intent.succeeded'] })).toBe(2)
    expect(await count({ type: 'payment_intent.*' })).toBe(2)
    const both = test.stripe.events.list({ type: 'charge.failed', types: ['charge.failed'] })
    expect(await errorOf(both)).toMatchObject({ param: 'types' })
    test.clock.advance(30 * 86_400_000)
    expect(await count({})).toBe(5)
    test.clock.advance(1_000)
    expect(await count({})).toBe(0)
  })
})
