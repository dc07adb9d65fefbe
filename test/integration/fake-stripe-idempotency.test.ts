import { describe, expect, it } from 'vitest'
import { customerWithCard, errorOf, newPayment, stripeInTest } from '../fixtures/stripe/stripe-in-test.ts'

const HOUR_MS = 3_600_000

describe('a request with an Idempotency-Key', () => {
  it('is executed once, and answered with the same bytes again', async () => {
    await using test = await stripeInTest()
    const { customer } = await customerWithCard(test.stripe, 'pm_card_visa')
    const first = await newPayment(test.stripe, customer, { idempotencyKey: 'topup/1/create' })
    const again = await newPayment(test.stripe, customer, { idempotencyKey: 'topup/1/create' })
    expect(again).toEqual(first)
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(again.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    })
    expect(test.fake.state.paymentIntents.size).toBe(1)
  })

  it('replays a declined card too', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_chargeCustomerFail')
    const { id } = await newPayment(test.stripe, customer)
    const confirm = () =>
      errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card }, { idempotencyKey: 'k' }))
    const [first, again] = [await confirm(), await confirm()]
    expect(again.charge).toBe(first.charge)
    expect(test.fake.state.charges.size).toBe(1)
  })

  it('is refused for another request than the first', async () => {
    await using test = await stripeInTest()
    const create = (amount: number) =>
      test.stripe.paymentIntents.create({ amount, currency: 'usd' }, { idempotencyKey: 'k' })
    const { id } = await create(6_000)
    expect(await errorOf(create(7_000))).toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
      rawType: 'idempotency_error',
    })
    const otherPlace = test.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'k' })
    expect(await errorOf(otherPlace)).toMatchObject({ type: 'StripeIdempotencyError' })
    expect(test.fake.state.paymentIntents.size).toBe(1)
  })

  it('is refused while the first runs, and replayed when that has ended', async () => {
    await using test = await stripeInTest()
    const path = '/v1/payment_intents'
    const hung = test.fake.faults.next('hang_before', { path })
    const create = () =>
      test.stripe.paymentIntents.create({ amount: 6_000, currency: 'usd' }, { idempotencyKey: 'k' })
    const first = create()
    await test.fake.requestsSeen({ path })
    expect(await errorOf(create())).toMatchObject({
      type: 'StripeAPIError',
      statusCode: 409,
      code: 'idempotency_key_in_use',
    })
    hung.release()
    expect(await create()).toEqual(await first)
    expect(test.fake.state.paymentIntents.size).toBe(1)
  })

  it('is executed anew after 24 hours', async () => {
    await using test = await stripeInTest()
    const create = () =>
      test.stripe.paymentIntents.create({ amount: 6_000, currency: 'usd' }, { idempotencyKey: 'k' })
    const first = await create()
    test.clock.advance(24 * HOUR_MS - 1)
    expect((await create()).id).toBe(first.id)
    test.clock.advance(1)
    expect((await create()).id).not.toBe(first.id)
  })

  it('keeps no answer of a request that failed validation', async () => {
    await using test = await stripeInTest()
    const create = (amount: number) =>
      test.stripe.paymentIntents.create({ amount, currency: 'usd' }, { idempotencyKey: 'k' })
    expect(await errorOf(create(49))).toMatchObject({ code: 'amount_too_small', param: 'amount' })
    expect(await create(50)).toMatchObject({ amount: 50 })
  })

  it('keeps no answer of a request that was too fast', async () => {
    await using test = await stripeInTest()
    test.fake.faults.next('refuse_429')
    const create = () =>
      test.stripe.paymentIntents.create({ amount: 6_000, currency: 'usd' }, { idempotencyKey: 'k' })
    expect(await errorOf(create())).toMatchObject({ type: 'StripeRateLimitError', statusCode: 429 })
    expect((await create()).lastResponse.headers['idempotent-replayed']).toBeUndefined()
  })

  it('keeps a 500, charged or not', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
    for (const fault of ['error_500_after', 'error_500_before'] as const) {
      const { id } = await newPayment(test.stripe, customer)
      test.fake.faults.next(fault)
      const confirm = () =>
        errorOf(test.stripe.paymentIntents.confirm(id, { payment_method: card }, { idempotencyKey: fault }))
      expect(await confirm()).toMatchObject({ statusCode: 500, rawType: 'api_error' })
      expect(await confirm()).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } })
    }
    expect(test.fake.ledger.captured({ customer })).toBe(6_000)
  })

  it('means nothing to a GET', async () => {
    await using test = await stripeInTest()
    const { customer } = await customerWithCard(test.stripe, 'pm_card_visa')
    const read = () => test.stripe.customers.retrieve(customer, {}, { idempotencyKey: 'k' })
    await read()
    await test.stripe.customers.update(customer, { name: 'Renamed' })
    expect(await read()).toMatchObject({ name: 'Renamed' })
  })
})
