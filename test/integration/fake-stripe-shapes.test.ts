import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  customerWithCard,
  errorOf,
  newPayment,
  paidPayment,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'

/** What Stripe's documentation answers: test/fixtures/stripe names the source of each. */
async function documented(name: string): Promise<unknown> {
  const text = await readFile(new URL(`../fixtures/stripe/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text).answer
}

/** Fields of a documented answer that another lacks or gives as another type. Null is of every type. */
function differences(wanted: unknown, given: unknown, path: string): string[] {
  if (wanted === null || given === null) return []
  if (given === undefined) return [`${path} is missing`]
  if (typeof wanted !== typeof given || Array.isArray(wanted) !== Array.isArray(given)) {
    return [`${path} is ${typeof given}, not ${typeof wanted}`]
  }
  if (typeof wanted !== 'object' || Array.isArray(wanted)) return []
  return Object.entries(wanted).flatMap(([name, value]) =>
    differences(value, Reflect.get(Object(given), name), `${path}.${name}`),
  )
}

describe('an answer has every field of the documented one, with its type', () => {
  it('compared by a check that sees what is missing or of another type', () => {
    const wanted = { a: 1, b: { c: 'x' }, d: null }
    expect(differences(wanted, { a: '1', b: {} }, 'it')).toEqual([
      'it.a is string, not number',
      'it.b.c is missing',
    ])
    expect(differences(wanted, { a: 2, b: { c: 'y' }, d: 3 }, 'it')).toEqual([])
  })

  it('for every object', async () => {
    await using test = await stripeInTest()
    const { stripe } = test
    const payment = await paidPayment(stripe)
    const { customer, payment_method: card } = payment
    const refund = await stripe.refunds.create({ payment_intent: payment.id })
    const disputed = await test.fake.stories.openDispute((await paidPayment(stripe)).id)
    const charge = await stripe.charges.retrieve(String(payment.latest_charge))
    const answers = {
      'payment-intent': payment,
      charge,
      customer: await stripe.customers.retrieve(String(customer)),
      'payment-method': await stripe.paymentMethods.retrieve(String(card)),
      'setup-intent': await stripe.setupIntents.create({ usage: 'off_session' }),
      refund,
      dispute: await stripe.disputes.retrieve(disputed.id),
      event: (await stripe.events.list({ limit: 1 })).data[0],
      'balance-transaction': await stripe.balanceTransactions.retrieve(String(charge.balance_transaction)),
    }
    for (const [name, answer] of Object.entries(answers)) {
      expect(differences(await documented(name), answer, name)).toEqual([])
    }
  })

  it('for a declined card', async () => {
    await using test = await stripeInTest()
    const { customer, card } = await customerWithCard(test.stripe, 'pm_card_chargeCustomerFail')
    const { id } = await newPayment(test.stripe, customer)
    const error = await errorOf(
      test.stripe.paymentIntents.confirm(id, { payment_method: card, expand: ['latest_charge'] }),
    )
    const answer = { error: error.raw }
    expect(differences(await documented('card-declined'), answer, 'answer')).toEqual([])
    expect(error).toMatchObject({
      advice_code: 'try_again_later',
      decline_code: 'generic_decline',
      network_decline_code: '01',
      payment_intent: { latest_charge: error.charge },
    })
    expect(error.network_advice_code).toBeUndefined()
    expect(error.headers).toMatchObject({ 'stripe-should-retry': 'false' })
  })
})
