import { get } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { FakeStripe } from '../../sandbox/fake-stripe/start-fake-stripe.ts'
import {
  customerWithCard,
  errorOf,
  newPayment,
  paidPayment,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'

/** Sends a form of the page, as a browser does. */
async function tell(
  { url }: FakeStripe,
  story: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = { origin: url },
): Promise<Response> {
  const body = new URLSearchParams(fields)
  return await fetch(`${url}/stories/${story}`, { method: 'POST', body, headers, redirect: 'manual' })
}

async function pageOf({ url }: FakeStripe): Promise<string> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return await answer.text()
}

describe("the sandbox's page", () => {
  it('shows customers, cards, payments, refunds, disputes and webhooks, and leads to the mails', async () => {
    await using test = await stripeInTest()
    const { stripe, fake } = test
    fake.links.mails = 'http://127.0.0.1:4'
    const refunded = await paidPayment(stripe)
    await stripe.refunds.create({ payment_intent: refunded.id, amount: 1_250 })
    const disputed = await paidPayment(stripe, 'pm_card_createDispute')
    const { customer, card } = await customerWithCard(stripe, 'pm_card_declined_insufficient_funds')
    const declined = await newPayment(stripe, customer)
    await errorOf(stripe.paymentIntents.confirm(declined.id, { payment_method: card, off_session: true }))

    const page = await pageOf(fake)

    expect(page).toContain('<a href="http://127.0.0.1:4">the mails</a>')
    expect(page).toContain('<strong>acme</strong>')
    expect(page).toContain('visa •••• 4242, expires 12/2030')
    expect(page).toContain('declined: insufficient_funds')
    expect(page).toContain('$12.50 refunded')
    expect(page).toContain('2026-11-20 12:00:00 UTC')
    expect(page.indexOf(`id="${declined.id}"`)).toBeLessThan(page.indexOf(`id="${disputed.id}"`))
    expect(page.indexOf(`id="${disputed.id}"`)).toBeLessThan(page.indexOf(`id="${refunded.id}"`))
    for (const event of ['charge.dispute.created', 'refund.created', 'payment_intent.payment_failed']) {
      expect(page).toContain(event)
    }
  })

  it('shows what it was told as text, whatever it is', async () => {
    await using test = await stripeInTest()
    const evil = '<script>alert("1")</script>'
    await test.stripe.customers.create({ metadata: { ringledger_account: evil } })
    const page = await pageOf(test.fake)
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')
  })

  it('makes a card behave from now on, and behave as issued again', async () => {
    await using test = await stripeInTest()
    const { stripe, fake } = test
    const { customer, card } = await customerWithCard(stripe, 'pm_card_visa')
    const pay = async () => {
      const { id } = await newPayment(stripe, customer)
      return await stripe.paymentIntents.confirm(id, { payment_method: card, off_session: false })
    }
    const told = await tell(fake, 'behave', { id: card, behaviour: 'declines:expired_card' })
    expect(told.status).toBe(303)
    expect(told.headers.get('location')).toBe('/')
    expect(await errorOf(pay())).toMatchObject({ decline_code: 'expired_card' })
    expect(await pageOf(fake)).toContain('<option value="declines:expired_card" selected>')

    await tell(fake, 'behave', { id: card, behaviour: 'asks_to_authenticate' })
    const waiting = await pay()
    expect(waiting.status).toBe('requires_action')
    await tell(fake, 'authenticate', { id: waiting.id, answer: 'yes' })
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({ status: 'succeeded' })

    await tell(fake, 'behave', { id: card, behaviour: 'takes_days' })
    const slow = await pay()
    await tell(fake, 'settle', { id: slow.id, answer: 'no' })
    expect(await stripe.paymentIntents.retrieve(slow.id)).toMatchObject({ status: 'requires_payment_method' })

    await tell(fake, 'behave', { id: card, behaviour: 'as-issued' })
    expect(await pay()).toMatchObject({ status: 'succeeded' })
  })

  it('refunds a part and the rest, and sends a refund back', async () => {
    await using test = await stripeInTest()
    const { fake } = test
    const { id } = await paidPayment(test.stripe)
    await tell(fake, 'refund', { id, amount: '12.50' })
    await tell(fake, 'refund', { id, amount: '' })
    expect(fake.ledger.returned()).toBe(6_000)
    const [first = ''] = fake.state.refunds.keys()
    await tell(fake, 'fail-refund', { id: first })
    expect(fake.ledger.returned()).toBe(4_750)
    const wrong = await tell(fake, 'refund', { id, amount: '12,50' })
    expect(wrong.status).toBe(409)
    expect(await wrong.text()).toContain('dollars and cents')
  })

  it('opens a dispute and closes it', async () => {
    await using test = await stripeInTest()
    const { fake } = test
    const { id } = await paidPayment(test.stripe)
    await tell(fake, 'dispute', { id })
    expect(fake.ledger.returned()).toBe(6_000)
    const [dispute = ''] = fake.state.disputes.keys()
    await tell(fake, 'close-dispute', { id: dispute, answer: 'yes' })
    expect(fake.ledger.returned()).toBe(0)
    expect(await pageOf(fake)).toContain('<mark class="good">won</mark>')
  })

  it('loses, holds and sends webhooks', async () => {
    await using test = await stripeInTest({
      webhook: { url: 'http://127.0.0.1:9/webhooks/stripe', secret: 'whsec_1' },
      webhookRetryDelaysMs: [],
    })
    const { stripe, fake } = test
    await tell(fake, 'drop-webhooks')
    await stripe.customers.create({})
    expect(await pageOf(fake)).toContain('<mark class="bad">dropped</mark>')
    await tell(fake, 'hold-webhooks')
    await stripe.customers.create({})
    expect(await pageOf(fake)).toContain('<mark class="plain">held</mark>')
    await tell(fake, 'resume-webhooks')
    await fake.webhooks.settled()
    expect(await pageOf(fake)).toContain('not taken: no answer')
  })

  it('charges and loses the answer, is away, and gets well again', async () => {
    await using test = await stripeInTest()
    const { stripe, fake } = test
    const { customer, card } = await customerWithCard(stripe, 'pm_card_visa')
    const { id } = await newPayment(stripe, customer)
    await tell(fake, 'lose-answer')
    const lost = await errorOf(stripe.paymentIntents.confirm(id, { payment_method: card, off_session: true }))
    expect(lost.type).toBe('StripeConnectionError')
    expect(fake.ledger.captured()).toBe(6_000)

    await tell(fake, 'be-away', { times: '2' })
    expect(await errorOf(stripe.customers.retrieve(customer))).toMatchObject({ type: 'StripeAPIError' })
    await tell(fake, 'be-well')
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ id: customer })
  })

  it.each([
    { what: 'a form of another site', headers: { origin: 'https://evil.example' } },
    { what: 'a form of a page that hides where it is from', headers: { origin: 'null' } },
  ])('refuses $what', async ({ headers }) => {
    await using test = await stripeInTest()
    expect((await tell(test.fake, 'drop-webhooks', {}, headers)).status).toBe(403)
    expect(test.fake.webhooks.mode).toBe('send')
  })

  it('shows nothing under a name that was made to point here', async () => {
    await using test = await stripeInTest()
    const status = await new Promise((resolve) => {
      get(test.fake.url, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.statusCode))
    })
    expect(status).toBe(403)
  })

  it('says what cannot happen, and why', async () => {
    await using test = await stripeInTest()
    const unknown = await tell(test.fake, 'refund', { id: 'pi_<b>none' })
    expect(unknown.status).toBe(409)
    expect(await unknown.text()).toContain('No such payment_intent: &#39;pi_&lt;b&gt;none&#39;')
    expect((await tell(test.fake, 'make-me-rich')).status).toBe(404)
    const { id } = await paidPayment(test.stripe)
    const settled = await tell(test.fake, 'settle', { id, answer: 'yes' })
    expect(await settled.text()).toContain(`${id} is succeeded, not processing`)
  })
})
