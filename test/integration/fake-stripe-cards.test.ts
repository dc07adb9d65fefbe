import { describe, expect, it } from 'vitest'
import type { StripeErrorBody } from '../../sandbox/fake-stripe/stripe-refusal.ts'
import { TEST_CARDS } from '../../sandbox/fake-stripe/test-cards.ts'
import {
  customerWithCard,
  errorOf,
  newPayment,
  PUBLISHABLE_KEY,
  sdkFor,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'

/** What Stripe's card form in a browser sends: the publishable key, the client secret and the card. */
async function confirmInBrowser(
  url: string,
  intent: { id: string; client_secret: string | null },
  number: string,
) {
  const answer = await fetch(`${url}/v1/setup_intents/${intent.id}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: PUBLISHABLE_KEY,
      client_secret: intent.client_secret ?? '',
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': number,
      'payment_method_data[card][exp_month]': '3',
      'payment_method_data[card][exp_year]': '2031',
      'payment_method_data[card][cvc]': '123',
    }),
  })
  const body = (await answer.json()) as { status?: string; error?: StripeErrorBody }
  return { status: answer.status, body }
}

async function newSetup(test: Awaited<ReturnType<typeof stripeInTest>>) {
  const customer = await test.stripe.customers.create({ name: 'Acme' })
  const setup = await test.stripe.setupIntents.create({
    customer: customer.id,
    usage: 'off_session',
    allowed_payment_method_types: ['card'],
  })
  return { customer: customer.id, setup }
}

describe('a customer', () => {
  it('is created, read, changed and listed', async () => {
    await using test = await stripeInTest()
    const { id } = await test.stripe.customers.create({ name: 'Acme', metadata: { a: '1', b: '2' } })
    await test.stripe.customers.update(id, { email: 'pay@acme.test', metadata: { a: '', c: '3' } })
    expect(await test.stripe.customers.retrieve(id)).toMatchObject({
      name: 'Acme',
      email: 'pay@acme.test',
      metadata: { b: '2', c: '3' },
    })
    expect((await test.stripe.customers.list({ email: 'pay@acme.test' })).data).toHaveLength(1)
    expect((await test.stripe.customers.list({ email: 'other@acme.test' })).data).toHaveLength(0)
  })
})

describe('a card', () => {
  it('belongs to its customer until it is detached, and is then of no use', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    await test.stripe.customers.update(customer, { invoice_settings: { default_payment_method: card } })
    expect((await test.stripe.paymentMethods.list({ customer, type: 'card' })).data).toMatchObject([
      { id: card },
    ])
    expect((await test.stripe.customers.listPaymentMethods(customer)).data).toMatchObject([{ id: card }])

    expect(await test.stripe.paymentMethods.detach(card)).toMatchObject({ id: card, customer: null })
    expect((await test.stripe.paymentMethods.list({ customer })).data).toEqual([])
    expect(await test.stripe.customers.retrieve(customer)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    })
    const { id } = await newPayment(test.stripe, customer)
    const error = await errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card }))
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' })
    expect(await errorOf(test.stripe.paymentMethods.attach(card, { customer }))).toMatchObject({
      statusCode: 400,
    })
  })

  it('pays for no other customer', async () => {
    await using test = await stripeInTest()
    const { card } = await customerWithCard(test.stripe, 'pm_card_visa')
    const other = await test.stripe.customers.create()
    const { id } = await newPayment(test.stripe, other.id)
    expect(await errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
    })
  })

  it('has the fingerprint of its number', async () => {
    await using test = await stripeInTest()
    const fingerprints = ['pm_card_visa', 'pm_card_visa', 'pm_card_mastercard'].map(
      async (token) => (await test.stripe.paymentMethods.retrieve(token)).card?.fingerprint,
    )
    const [first, again, other] = await Promise.all(fingerprints)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('is updated by its bank without a request', async () => {
    await using test = await stripeInTest()
    const { card } = await customerWithCard(test.stripe, 'pm_card_visa')
    await test.fake.stories.updateCard(card, { exp_month: 7, exp_year: 2033, last4: '1881' })
    expect(await test.stripe.paymentMethods.retrieve(card)).toMatchObject({
      card: { exp_month: 7, exp_year: 2033, last4: '1881' },
    })
    const events = await test.stripe.events.list({ type: 'payment_method.automatically_updated' })
    expect(events.data).toMatchObject([{ data: { object: { id: card } } }])
  })
})

describe('a set-up', () => {
  const keepable = TEST_CARDS.filter(({ refusesAttachment, number }) => !refusesAttachment && number)
  const refused = TEST_CARDS.filter(({ refusesAttachment }) => refusesAttachment)

  it.each(keepable)(
    'in the browser keeps $token for its customer',
    async ({ number = '', authentication }) => {
      await using test = await stripeInTest()
      const { customer, setup } = await newSetup(test)
      const { status, body } = await confirmInBrowser(test.fake.url, setup, number)
      expect([status, body.status]).toEqual([200, authentication ? 'requires_action' : 'succeeded'])
      if (authentication) await test.fake.stories.authenticate(setup.id, true)
      const read = await test.stripe.setupIntents.retrieve(setup.id, { expand: ['payment_method'] })
      expect(read).toMatchObject({
        status: 'succeeded',
        payment_method: { customer, card: { last4: number.slice(-4), exp_month: 3, exp_year: 2031 } },
      })
    },
  )

  it.each(refused)('refuses $token, as attaching does', async ({ token, number = '', decline }) => {
    await using test = await stripeInTest()
    const { customer, setup } = await newSetup(test)
    const { status, body } = await confirmInBrowser(test.fake.url, setup, number)
    expect(status).toBe(402)
    expect(body.error).toMatchObject({
      type: 'card_error',
      decline_code: decline?.declineCode,
      setup_intent: { id: setup.id, status: 'requires_payment_method' },
    })
    expect(await errorOf(test.stripe.paymentMethods.attach(token, { customer }))).toMatchObject({
      statusCode: 402,
      decline_code: decline?.declineCode,
    })
  })

  it('of a customer who fails to authenticate keeps no card', async () => {
    await using test = await stripeInTest()
    const { customer, setup } = await newSetup(test)
    await confirmInBrowser(test.fake.url, setup, '4000002500003155')
    await test.fake.stories.authenticate(setup.id, false)
    expect(await test.stripe.setupIntents.retrieve(setup.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    })
    expect((await test.stripe.paymentMethods.list({ customer })).data).toEqual([])
  })

  it.each([
    ['4000002500003155', 'succeeded', null],
    ['4000002760003184', 'requires_payment_method', 'authentication_required'],
    ['4000008260003178', 'requires_payment_method', 'insufficient_funds'],
  ])(
    'of %s by an authenticated customer lets off-session payments end %s (%s)',
    async (number, status, decline) => {
      await using test = await stripeInTest()
      const { customer, setup } = await newSetup(test)
      await confirmInBrowser(test.fake.url, setup, number)
      await test.fake.stories.authenticate(setup.id, true)
      const { payment_method: card } = await test.stripe.setupIntents.retrieve(setup.id)
      const { id } = await newPayment(test.stripe, customer)
      await test.stripe.paymentIntents
        .confirm(id, { payment_method: String(card), off_session: true })
        .catch((error) => expect(error).toMatchObject({ type: 'StripeCardError' }))
      const read = await test.stripe.paymentIntents.retrieve(id)
      expect([read.status, read.last_payment_error?.decline_code ?? null]).toEqual([status, decline])
    },
  )

  it.each([
    ['4242424242424241', 'incorrect_number'],
    ['4111111111111111', 'card_declined'],
  ])('takes no number that is no test number (%s: %s)', async (number, code) => {
    await using test = await stripeInTest()
    const { setup } = await newSetup(test)
    const { status, body } = await confirmInBrowser(test.fake.url, setup, number)
    expect([status, body.error?.code]).toEqual([402, code])
  })

  it('is listed by customer, and can be cancelled', async () => {
    await using test = await stripeInTest()
    const { customer, setup } = await newSetup(test)
    expect(await test.stripe.setupIntents.cancel(setup.id)).toMatchObject({ status: 'canceled' })
    const listed = await test.stripe.setupIntents.list({ customer })
    expect(listed.data.map(({ id }) => id)).toEqual([setup.id])
  })
})

describe("each of Stripe's documented test numbers", () => {
  it.each([
    ['4242424242424242', 'succeeded', null],
    ['5555555555554444', 'succeeded', null],
    ['378282246310005', 'succeeded', null],
    ['4000000000000077', 'succeeded', null],
    ['4000000000000259', 'succeeded', null],
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009995', 'card_declined', 'insufficient_funds'],
    ['4000000000009987', 'card_declined', 'lost_card'],
    ['4000000000009979', 'card_declined', 'stolen_card'],
    ['4000000000000069', 'expired_card', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc', 'incorrect_cvc'],
    ['4000000000000119', 'processing_error', 'processing_error'],
    ['4000000000006975', 'card_declined', 'card_velocity_exceeded'],
    ['4000000000000341', 'card_declined', 'generic_decline'],
    ['4100000000000019', 'card_declined', 'fraudulent'],
    ['4242424242424241', 'incorrect_number', null],
    ['4000002500003155', 'requires_action', null],
    ['4000002760003184', 'requires_action', null],
    ['4000008260003178', 'requires_action', null],
  ])('%s pays on session with the outcome %s (%s)', async (number, outcome, declineCode) => {
    await using test = await stripeInTest()
    const card = { type: 'card', card: { number, exp_month: 3, exp_year: 2031, cvc: '123' } }
    const paying = test.stripe.rawRequest('POST', '/v1/payment_intents', {
      amount: 6_000,
      currency: 'usd',
      confirm: true,
      payment_method_data: card,
    })
    const [found, code] = await paying.then(
      (payment) => [Reflect.get(payment, 'status'), null],
      (error) => [error.code, error.decline_code || null],
    )
    expect([found, code]).toEqual([outcome, declineCode])
  })
})

describe('the publishable key', () => {
  it('opens nothing without the client secret', async () => {
    await using test = await stripeInTest()
    const { setup } = await newSetup(test)
    const { status, body } = await confirmInBrowser(
      test.fake.url,
      { ...setup, client_secret: 'guessed' },
      '4242424242424242',
    )
    expect([status, body.error?.code]).toEqual([401, 'client_secret_invalid'])
  })

  it('opens no endpoint of the server', async () => {
    await using test = await stripeInTest()
    const browser = sdkFor(test.fake.url, PUBLISHABLE_KEY)
    expect(await errorOf(browser.customers.list())).toMatchObject({
      statusCode: 401,
      code: 'secret_key_required',
    })
  })
})
