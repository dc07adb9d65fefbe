import { describe, expect, it } from 'vitest'
import { errorOf, paidPayment, stripeInTest } from '../fixtures/stripe/stripe-in-test.ts'

type Test = Awaited<ReturnType<typeof stripeInTest>>

/** The types of all events about these kinds of objects, oldest first. */
async function eventTypes({ stripe }: Test, ...types: string[]): Promise<string[]> {
  const events = await stripe.events.list({ types, limit: 100 })
  return events.data.map(({ type }) => type).reverse()
}

describe('a refund', () => {
  it('gives back a part, then the rest, and never more than was taken', async () => {
    await using test = await stripeInTest()
    const { id, latest_charge: charge } = await paidPayment(test.stripe)
    const part = await test.stripe.refunds.create({ payment_intent: id, amount: 2_500 })
    expect(part).toMatchObject({ status: 'succeeded', amount: 2_500, payment_intent: id, charge })
    expect(test.fake.ledger.returned()).toBe(2_500)
    const tooMuch = await errorOf(test.stripe.refunds.create({ payment_intent: id, amount: 3_501 }))
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' })

    expect(await test.stripe.refunds.create({ payment_intent: id })).toMatchObject({ amount: 3_500 })
    expect(await errorOf(test.stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: 'charge_already_refunded',
    })
    expect(await test.stripe.charges.retrieve(String(charge))).toMatchObject({
      refunded: true,
      amount_refunded: 6_000,
    })
    expect(test.fake.ledger.captured() - test.fake.ledger.returned()).toBe(0)
    expect((await test.stripe.refunds.list({ payment_intent: id })).data.map(({ amount }) => amount)).toEqual(
      [3_500, 2_500],
    )
    expect(await eventTypes(test, 'charge.refunded', 'refund.*')).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.created',
      'charge.refunded',
    ])
  })

  it('that stays pending ends when its bank says so', async () => {
    await using test = await stripeInTest()
    const { id } = await paidPayment(test.stripe, 'pm_card_pendingRefund')
    const refund = await test.stripe.refunds.create({ payment_intent: id })
    expect(refund.status).toBe('pending')
    await test.fake.stories.completeRefund(refund.id)
    expect((await test.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
    expect(await eventTypes(test, 'refund.*')).toEqual(['refund.created', 'refund.updated'])
  })

  it('that fails gives the money back to the merchant', async () => {
    await using test = await stripeInTest()
    const { id, latest_charge: charge } = await paidPayment(test.stripe, 'pm_card_refundFail')
    const { id: refundId } = await test.stripe.refunds.create({ payment_intent: id })
    expect(await test.stripe.refunds.retrieve(refundId)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    })
    expect(await test.stripe.charges.retrieve(String(charge))).toMatchObject({
      refunded: false,
      amount_refunded: 0,
    })
    expect(test.fake.ledger.returned()).toBe(0)
    expect(await eventTypes(test, 'refund.*')).toEqual(['refund.created', 'refund.updated', 'refund.failed'])
  })

  it('in the dashboard is seen by the API', async () => {
    await using test = await stripeInTest()
    const { id } = await paidPayment(test.stripe)
    const { id: refundId } = await test.fake.stories.refund(id, 1_000)
    expect(await test.stripe.refunds.retrieve(refundId)).toMatchObject({ amount: 1_000, payment_intent: id })
    expect((await test.stripe.events.list({ type: 'refund.created' })).data).toMatchObject([
      { request: null },
    ])
  })

  it('needs a payment that succeeded', async () => {
    await using test = await stripeInTest()
    const { id } = await test.stripe.paymentIntents.create({ amount: 6_000, currency: 'usd' })
    expect(await errorOf(test.stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      statusCode: 400,
    })
    expect(await errorOf(test.stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'payment_intent',
    })
  })
})

describe('a dispute', () => {
  it.each([
    ['won', 0, ['created', 'funds_withdrawn', 'funds_reinstated', 'closed']],
    ['lost', 6_000, ['created', 'funds_withdrawn', 'closed']],
  ] as const)(
    'takes the money at once, and once %s returned %i cents in all',
    async (verdict, returned, types) => {
      await using test = await stripeInTest()
      const { id } = await paidPayment(test.stripe, 'pm_card_createDispute')
      const [dispute] = (await test.stripe.disputes.list({ payment_intent: id })).data
      expect(dispute).toMatchObject({
        status: 'needs_response',
        amount: 6_000,
        balance_transactions: [{ amount: -6_000, fee: 1_500, reporting_category: 'dispute' }],
      })
      expect(test.fake.ledger.returned()).toBe(6_000)
      expect(await errorOf(test.stripe.refunds.create({ payment_intent: id }))).toMatchObject({
        code: 'charge_disputed',
      })

      await test.fake.stories.closeDispute(dispute?.id ?? '', verdict)
      expect((await test.stripe.disputes.retrieve(dispute?.id ?? '')).status).toBe(verdict)
      expect(test.fake.ledger.returned()).toBe(returned)
      expect(await eventTypes(test, 'charge.dispute.*')).toEqual(
        types.map((type) => `charge.dispute.${type}`),
      )
    },
  )

  it('of a part follows the refund of another part', async () => {
    await using test = await stripeInTest()
    const { id } = await paidPayment(test.stripe)
    await test.stripe.refunds.create({ payment_intent: id, amount: 1_000 })
    await test.fake.stories.openDispute(id)
    expect(test.fake.ledger.captured() - test.fake.ledger.returned()).toBe(0)
  })

  it('that only inquires takes nothing', async () => {
    await using test = await stripeInTest()
    const { id } = await paidPayment(test.stripe)
    const dispute = await test.fake.stories.openDispute(id, { isInquiry: true })
    expect(dispute).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] })
    await test.fake.stories.closeDispute(dispute.id, 'won')
    expect((await test.stripe.disputes.retrieve(dispute.id)).status).toBe('warning_closed')
    expect(test.fake.ledger.returned()).toBe(0)
  })
})
