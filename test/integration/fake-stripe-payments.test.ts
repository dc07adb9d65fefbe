import { describe, expect, it } from 'vitest'
import { DECLINE_CODES, wordsOf } from '../../sandbox/fake-stripe/decline-codes.ts'
import {
  customerWithCard,
  errorOf,
  newPayment,
  paidPayment,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'

describe('a payment', () => {
  it('is created without a card, and moves no money before it is confirmed', async () => {
    await using test = await stripeInTest()
    const { customer } = await customerWithCard(test.stripe, 'pm_card_visa')
    const payment = await newPayment(test.stripe, customer)
    expect(payment).toMatchObject({
      status: 'requires_payment_method',
      amount: 6_000,
      amount_received: 0,
      latest_charge: null,
      metadata: { ringledger_topup: 'topup-1' },
    })
    expect(test.fake.ledger.captured()).toBe(0)
  })

  it('succeeds off session by a card on file', async () => {
    await using test = await stripeInTest()
    const payment = await paidPayment(test.stripe)
    expect(payment).toMatchObject({ status: 'succeeded', amount_received: 6_000, last_payment_error: null })
    const read = await test.stripe.paymentIntents.retrieve(payment.id, { expand: ['latest_charge'] })
    expect(read.latest_charge).toMatchObject({
      paid: true,
      amount_captured: 6_000,
      outcome: { type: 'authorized' },
    })
    expect(test.fake.ledger.captured({ metadata: { ringledger_account: 'acme' } })).toBe(6_000)
    expect(test.fake.ledger.captured({ metadata: { ringledger_account: 'other' } })).toBe(0)
  })

  it.each(DECLINE_CODES)(
    'is declined with %s in the error, on the payment and on its charge',
    async (declineCode) => {
      await using test = await stripeInTest()
      const { customer, card } = await customerWithCard(test.stripe, `pm_card_declined_${declineCode}`)
      const { id } = await newPayment(test.stripe, customer)
      const error = await errorOf(
        test.stripe.paymentIntents.confirm(id, { payment_method: card, off_session: true }),
      )
      const { code, message } = wordsOf(declineCode)
      expect(error).toMatchObject({
        type: 'StripeCardError',
        statusCode: 402,
        code,
        message,
        decline_code: declineCode,
      })
      expect(error.payment_method?.id).toBe(card)
      expect(error.payment_intent).toMatchObject({
        id,
        status: 'requires_payment_method',
        payment_method: null,
      })

      const read = await test.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })
      expect(read.last_payment_error).toMatchObject({
        code,
        decline_code: declineCode,
        payment_method: { id: card },
      })
      expect(read.latest_charge).toMatchObject({
        id: error.charge,
        status: 'failed',
        outcome: { type: 'issuer_declined', network_status: 'declined_by_network', reason: declineCode },
      })
      expect(test.fake.ledger.captured()).toBe(0)
    },
  )

  it('says what the networks advise where a story says so', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_mastercard')
    const decline = {
      declineCode: 'do_not_honor',
      adviceCode: 'try_again_later',
      networkAdviceCode: '24',
      networkDeclineCode: '05',
    } as const
    await test.fake.stories.behave(card, { kind: 'declines', decline })
    const { id } = await newPayment(test.stripe, customer)
    const advice = { advice_code: 'try_again_later', network_advice_code: '24', network_decline_code: '05' }
    const confirm = () => test.stripe.paymentIntents.confirm(id, { payment_method: card, off_session: true })
    expect(await errorOf(confirm())).toMatchObject(advice)
    const read = await test.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })
    expect(read.last_payment_error).toMatchObject(advice)
    expect(read.latest_charge).toMatchObject({ outcome: advice })

    await test.fake.stories.behave(card, null)
    expect(await confirm()).toMatchObject({ status: 'succeeded', last_payment_error: null })
  })

  it('that Stripe blocks is never sent to the network', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_radarBlock')
    const { id } = await newPayment(test.stripe, customer)
    await errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card, off_session: true }))
    const read = await test.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })
    expect(read.latest_charge).toMatchObject({
      outcome: { type: 'blocked', network_status: 'not_sent_to_network', reason: 'highest_risk_level' },
    })
  })

  it('that was declined is confirmed again with another card', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_chargeCustomerFail')
    const backup = await test.stripe.paymentMethods.attach('pm_card_visa', { customer })
    const { id } = await newPayment(test.stripe, customer)
    await errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card, off_session: true }))
    const payment = await test.stripe.paymentIntents.confirm(id, {
      payment_method: backup.id,
      off_session: true,
    })
    expect(payment.status).toBe('succeeded')
    const charges = await test.stripe.charges.list({ payment_intent: id })
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
  })
})

describe('a payment by a card that asks for authentication', () => {
  it('is refused off session', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_authenticationRequired')
    const { id } = await newPayment(test.stripe, customer)
    const error = await errorOf(
      test.stripe.paymentIntents.confirm(id, { payment_method: card, off_session: true }),
    )
    expect(error).toMatchObject({ code: 'authentication_required', decline_code: 'authentication_required' })
  })

  it.each([
    [true, 'succeeded', null],
    [false, 'requires_payment_method', 'payment_intent_authentication_failure'],
  ])('waits for the customer on session, and authenticated %s ends %s', async (isAuthentic, status, code) => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_authenticationRequired')
    const { id } = await newPayment(test.stripe, customer)
    const asked = await test.stripe.paymentIntents.confirm(id, { payment_method: card })
    expect(asked).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } })
    await test.fake.stories.authenticate(id, isAuthentic)
    const read = await test.stripe.paymentIntents.retrieve(id)
    expect([read.status, read.last_payment_error?.code ?? null]).toEqual([status, code])
  })
})

describe('a payment that takes days', () => {
  it.each([
    [null, 'succeeded', 6_000],
    [{ declineCode: 'insufficient_funds' }, 'requires_payment_method', 0],
  ])('is processing until it is settled (%o: %s)', async (decline, status, captured) => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    await test.fake.stories.behave(card, { kind: 'takes_days' })
    const { id } = await newPayment(test.stripe, customer)
    const confirmed = await test.stripe.paymentIntents.confirm(id, {
      payment_method: card,
      off_session: true,
    })
    expect(confirmed.status).toBe('processing')
    expect(await errorOf(test.stripe.paymentIntents.cancel(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    await test.fake.stories.settlePayment(id, decline)
    expect((await test.stripe.paymentIntents.retrieve(id)).status).toBe(status)
    expect(test.fake.ledger.captured({ customer })).toBe(captured)
  })
})

describe('a payment at its end', () => {
  it('that was cancelled can never be confirmed', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    const { id } = await newPayment(test.stripe, customer)
    expect(await test.stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled' })
    const error = await errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card }))
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' })
    expect(error.payment_intent).toMatchObject({ status: 'canceled' })
  })

  it('that succeeded can be neither cancelled nor confirmed', async () => {
    await using test = await stripeInTest()
    const { id } = await paidPayment(test.stripe)
    for (const request of [test.stripe.paymentIntents.cancel(id), test.stripe.paymentIntents.confirm(id)]) {
      expect(await errorOf(request)).toMatchObject({
        code: 'payment_intent_unexpected_state',
        payment_intent: { status: 'succeeded' },
      })
    }
  })

  it('with manual capture is authorized first and captured later', async () => {
    await using test = await stripeInTest()
    const payment = await test.stripe.paymentIntents.create({
      amount: 6_000,
      currency: 'usd',
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      confirm: true,
    })
    expect(payment).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 6_000,
      amount_received: 0,
    })
    expect(test.fake.ledger.captured()).toBe(0)
    const captured = await test.stripe.paymentIntents.capture(payment.id, { amount_to_capture: 5_500 })
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 5_500 })
    expect(test.fake.ledger.captured()).toBe(5_500)
  })
})

describe('a payment that is not confirmed yet', () => {
  it('can be changed, and one that has ended cannot', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    const { id } = await newPayment(test.stripe, customer)
    const changed = await test.stripe.paymentIntents.update(id, {
      amount: 7_500,
      payment_method: card,
      metadata: { note: 'x' },
    })
    expect(changed).toMatchObject({
      status: 'requires_confirmation',
      amount: 7_500,
      metadata: { ringledger_topup: 'topup-1', note: 'x' },
    })
    expect(await test.stripe.paymentIntents.confirm(id)).toMatchObject({ amount_received: 7_500 })
    expect(await errorOf(test.stripe.paymentIntents.update(id, { amount: 1_000 }))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
  })

  it('keeps a new card for later when it is asked to', async () => {
    await using test = await stripeInTest()
    const { id: customer } = await test.stripe.customers.create()
    const { id } = await newPayment(test.stripe, customer)
    const token = 'pm_card_authenticationRequiredOnSetup'
    const asked = await test.stripe.paymentIntents.confirm(id, {
      payment_method: token,
      setup_future_usage: 'off_session',
    })
    await test.fake.stories.authenticate(id, true)
    const card = String(asked.payment_method)
    expect(await test.stripe.paymentMethods.retrieve(card)).toMatchObject({ customer })
    const next = await newPayment(test.stripe, customer)
    const paid = await test.stripe.paymentIntents.confirm(next.id, {
      payment_method: card,
      off_session: true,
    })
    expect(paid.status).toBe('succeeded')
  })
})
