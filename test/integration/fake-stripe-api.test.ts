import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  errorOf,
  newPayment,
  paidPayment,
  SECRET_KEY,
  sdkFor,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

type Stripe = ReturnType<typeof sdkFor>

describe('the door', () => {
  it('knows its keys, and shows no key in its errors', async () => {
    await using test = await stripeInTest({ restrictedKeys: ['rk_test_restricted'] })
    const unknown = await errorOf(sdkFor(test.fake.url, 'sk_test_somebodyelses').customers.list())
    expect(unknown).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 })
    expect(unknown.message).not.toContain('somebodyelses')
    const restricted = sdkFor(test.fake.url, 'rk_test_restricted').customers.list()
    expect(await errorOf(restricted)).toMatchObject({ type: 'StripePermissionError', statusCode: 403 })
  })

  it('takes Basic authorization as well as Bearer, and nothing without a key', async () => {
    await using test = await stripeInTest()
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${test.fake.url}/v1/customers`, { headers })).status
    expect(await status({ authorization: `Basic ${btoa(`${SECRET_KEY}:`)}` })).toBe(200)
    expect(await status({})).toBe(401)
  })

  it('lets so many requests in a second through, and no more', async () => {
    await using test = await stripeInTest({ requestsPerSecondMax: 2 })
    await test.stripe.customers.list()
    await test.stripe.customers.list()
    expect(await errorOf(test.stripe.customers.list())).toMatchObject({ statusCode: 429, code: 'rate_limit' })
    test.clock.advance(1_000)
    expect((await test.stripe.customers.list()).data).toEqual([])
  })

  it('gives every answer a request id, errors too', async () => {
    await using test = await stripeInTest()
    const answered = await test.stripe.customers.list()
    expect(answered.lastResponse.requestId).toMatch(/^req_/)
    expect((await errorOf(test.stripe.customers.retrieve('cus_none'))).requestId).toMatch(/^req_/)
  })

  it('lets pages of other origins in', async () => {
    await using test = await stripeInTest()
    const preflight = await fetch(`${test.fake.url}/v1/payment_methods`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
  })
})

describe('an error names the parameter or the object', () => {
  const withAmount = (amount: number) => (stripe: Stripe) =>
    stripe.paymentIntents.create({ amount, currency: 'usd' })

  it.each<[string, (stripe: Stripe) => Promise<unknown>, object]>([
    ['too small', withAmount(49), { param: 'amount', code: 'amount_too_small' }],
    ['too large', withAmount(100_000_000), { param: 'amount', code: 'amount_too_large' }],
    ['no whole number', withAmount(10.5), { param: 'amount', code: 'parameter_invalid_integer' }],
    [
      'no amount',
      (stripe) => stripe.rawRequest('POST', '/v1/payment_intents', { currency: 'usd' }),
      { param: 'amount', code: 'parameter_missing' },
    ],
    [
      'a parameter that this version does not know',
      (stripe) =>
        stripe.rawRequest('POST', '/v1/payment_intents', {
          amount: 6_000,
          currency: 'usd',
          payment_method_types: ['card'],
        }),
      { param: 'payment_method_types', code: 'parameter_unknown' },
    ],
    [
      'no such currency',
      (stripe) => stripe.paymentIntents.create({ amount: 6_000, currency: 'dollars' }),
      { param: 'currency' },
    ],
    [
      'off session without a confirmation',
      (stripe) => stripe.paymentIntents.create({ amount: 6_000, currency: 'usd', off_session: true }),
      { param: 'off_session' },
    ],
    [
      'no such customer',
      (stripe) => newPayment(stripe, 'cus_none'),
      { param: 'customer', code: 'resource_missing', statusCode: 404 },
    ],
    [
      'no such payment',
      (stripe) => stripe.paymentIntents.retrieve('pi_none'),
      { param: 'intent', code: 'resource_missing', statusCode: 404 },
    ],
    [
      'no such card',
      (stripe) => stripe.paymentMethods.detach('pm_none'),
      { code: 'resource_missing', statusCode: 404 },
    ],
    [
      'no such field to expand',
      (stripe) => stripe.customers.list({ expand: ['data.nothing'] }),
      { param: 'expand' },
    ],
    ['too long a page', (stripe) => stripe.customers.list({ limit: 101 }), { param: 'limit' }],
    ['no such address', (stripe) => stripe.balance.retrieve(), { statusCode: 404 }],
  ])('%s', async (_, request, expected) => {
    await using test = await stripeInTest()
    await test.stripe.customers.create()
    const error = await errorOf(request(test.stripe))
    expect(error).toMatchObject({ rawType: 'invalid_request_error', ...expected })
  })
})

describe('a list', () => {
  it('is newest first, in pages, and the SDK walks through all of them', async () => {
    await using test = await stripeInTest()
    const made: string[] = []
    for (let count = 0; count < 7; count += 1) {
      made.unshift((await test.stripe.paymentIntents.create({ amount: 6_000, currency: 'usd' })).id)
      test.clock.advance(1_000)
    }
    const page = await test.stripe.paymentIntents.list({ limit: 3 })
    expect([page.data.map(({ id }) => id), page.has_more]).toEqual([made.slice(0, 3), true])
    const last = await test.stripe.paymentIntents.list({ limit: 3, starting_after: made[3] ?? '' })
    expect([last.data.map(({ id }) => id), last.has_more]).toEqual([made.slice(4), false])
    const back = await test.stripe.paymentIntents.list({ limit: 2, ending_before: made[3] ?? '' })
    expect([back.data.map(({ id }) => id), back.has_more]).toEqual([made.slice(1, 3), true])
    const all = await test.stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 })
    expect(all.map(({ id }) => id)).toEqual(made)

    const since = all[2]?.created ?? 0
    const recent = await test.stripe.paymentIntents.list({ created: { gte: since } })
    expect(recent.data.map(({ id }) => id)).toEqual(made.slice(0, 3))
  })

  it('shows objects in full where it is asked to', async () => {
    await using test = await stripeInTest()
    const { id, customer } = await paidPayment(test.stripe)
    const { data } = await test.stripe.paymentIntents.list({
      expand: ['data.customer', 'data.latest_charge.balance_transaction'],
    })
    expect(data).toMatchObject([
      { id, customer: { id: customer }, latest_charge: { balance_transaction: { amount: 6_000, fee: 204 } } },
    ])
    expect((await test.stripe.paymentIntents.retrieve(id)).customer).toBe(customer)
  })
})

describe('the data file', () => {
  it('holds everything across a restart: cards, payments, keys and what was not sent', async () => {
    await using folder = await scratchFolder('fake-stripe')
    const dataFile = join(folder.path, 'stripe.json')
    const before = await stripeInTest({ dataFile })
    const paid = await paidPayment(before.stripe)
    const keyed = await newPayment(before.stripe, String(paid.customer), { idempotencyKey: 'k' })
    await before.fake.stop()

    await using after = await stripeInTest({ dataFile })
    expect(await after.stripe.paymentIntents.retrieve(paid.id)).toEqual(paid)
    expect((await newPayment(after.stripe, String(paid.customer), { idempotencyKey: 'k' })).id).toBe(keyed.id)
    const again = await after.stripe.paymentIntents.confirm(keyed.id, {
      payment_method: String(paid.payment_method),
      off_session: true,
    })
    expect(again.status).toBe('succeeded')
    expect(after.fake.ledger.captured({ customer: String(paid.customer) })).toBe(12_000)
  })

  it('is written before a request is answered, whole', async () => {
    await using folder = await scratchFolder('fake-stripe')
    const dataFile = join(folder.path, 'stripe.json')
    await using test = await stripeInTest({ dataFile })
    const made = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { id } = await test.stripe.customers.create({ name: `customer ${index}` })
        return { id, isStored: (await readFile(dataFile, 'utf8')).includes(id) }
      }),
    )
    expect(made.filter(({ isStored }) => !isStored)).toEqual([])
  })

  it('holds no card number', async () => {
    await using folder = await scratchFolder('fake-stripe')
    const dataFile = join(folder.path, 'stripe.json')
    await using test = await stripeInTest({ dataFile })
    const method = await test.stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 3, exp_year: 2031, cvc: '987' },
    })
    const stored = await readFile(dataFile, 'utf8')
    expect(stored).toContain(method.id)
    expect(stored).not.toContain('4242424242424242')
  })
})
