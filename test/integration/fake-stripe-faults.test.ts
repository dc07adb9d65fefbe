import { describe, expect, it } from 'vitest'
import type { Fault } from '../../sandbox/fake-stripe/faults.ts'
import {
  customerWithCard,
  errorOf,
  newPayment,
  SECRET_KEY,
  stripeInTest,
} from '../fixtures/stripe/stripe-in-test.ts'

const PATIENT = { timeout: 20_000 }
const CONFIRM = { method: 'POST', path: /\/confirm$/ } as const

/** A payment that is about to be confirmed, and how the confirmation ends. */
async function aboutToConfirm(test: Awaited<ReturnType<typeof stripeInTest>>) {
  const { customer, card } = await customerWithCard(test.stripe, 'pm_card_visa')
  const { id } = await newPayment(test.stripe, customer)
  const confirm = () =>
    test.stripe.paymentIntents.confirm(id, { payment_method: card }, { idempotencyKey: 'topup/1/confirm/1' })
  const statusOf = async () => (await test.stripe.paymentIntents.retrieve(id)).status
  return { id, confirm, statusOf }
}

describe('a fault that spoils the answer', () => {
  it.each<[Fault, string, number | undefined]>([
    ['drop_answer', 'StripeConnectionError', undefined],
    ['cut_body', 'StripeConnectionError', undefined],
    ['error_500_after', 'StripeAPIError', 500],
    ['html_502_after', 'StripeAPIError', undefined],
  ])('%s comes after the charge', async (fault, type, statusCode) => {
    await using test = await stripeInTest()
    const { confirm, statusOf } = await aboutToConfirm(test)
    // Twice, since the SDK sends once more when a connection is closed.
    test.fake.faults.next(fault, { ...CONFIRM, times: 2 })
    const error = await errorOf(confirm())
    expect([error.type, error.statusCode]).toEqual([type, statusCode])
    expect(await statusOf()).toBe('succeeded')
    expect(test.fake.ledger.captured()).toBe(6_000)
  })

  it('drop_answer once is healed by the SDK, which sends the same key again', async () => {
    await using test = await stripeInTest()
    const { confirm } = await aboutToConfirm(test)
    test.fake.faults.next('drop_answer', CONFIRM)
    const payment = await confirm()
    expect(payment.lastResponse.headers['idempotent-replayed']).toBe('true')
    const sent = test.fake.requests.filter(({ key }) => key === 'topup/1/confirm/1')
    expect(sent.map(({ status }) => status)).toEqual([null, 200])
    expect(test.fake.ledger.captured()).toBe(6_000)
  })

  it.each<Fault>(['hang_after', 'stall_body'])('%s charges, and answers nobody', async (fault) => {
    await using test = await stripeInTest()
    const { confirm, statusOf } = await aboutToConfirm(test)
    test.fake.faults.next(fault, CONFIRM)
    const ended = errorOf(confirm())
    const [request] = await test.fake.requestsSeen(CONFIRM)
    await expect.poll(statusOf, PATIENT).toBe('succeeded')
    expect(request?.status).toBeNull()
    await test.fake.stop()
    expect(await ended).toMatchObject({ type: 'StripeConnectionError' })
  })

  it('hang_after answers when it is released', async () => {
    await using test = await stripeInTest()
    const { confirm } = await aboutToConfirm(test)
    const hung = test.fake.faults.next('hang_after', CONFIRM)
    const confirmed = confirm()
    await test.fake.requestsSeen(CONFIRM)
    hung.release()
    expect(await confirmed).toMatchObject({ status: 'succeeded' })
  })
})

describe('a fault before the charge', () => {
  it.each<[Fault, string, number | undefined]>([
    ['drop_request', 'StripeConnectionError', undefined],
    ['html_502_before', 'StripeAPIError', undefined],
    ['error_500_before', 'StripeAPIError', 500],
    ['refuse_401', 'StripeAuthenticationError', 401],
    ['refuse_403', 'StripePermissionError', 403],
    ['refuse_409', 'StripeAPIError', 409],
    ['refuse_429', 'StripeRateLimitError', 429],
    ['lock_timeout', 'StripeRateLimitError', 429],
  ])('%s executes nothing', async (fault, type, statusCode) => {
    await using test = await stripeInTest()
    const { confirm, statusOf } = await aboutToConfirm(test)
    const ordered = test.fake.faults.next(fault, { ...CONFIRM, times: 2 })
    const error = await errorOf(confirm())
    expect([error.type, error.statusCode]).toEqual([type, statusCode])
    expect(await statusOf()).toBe('requires_payment_method')
    expect(test.fake.ledger.captured()).toBe(0)
    ordered.cancel()
    if (fault === 'error_500_before') return
    expect(await confirm()).toMatchObject({ status: 'succeeded' })
  })

  it('hang_before charges when it is released, though nobody waits any more', async () => {
    await using test = await stripeInTest()
    const { id, confirm } = await aboutToConfirm(test)
    const hung = test.fake.faults.next('hang_before', CONFIRM)
    const impatience = new AbortController()
    const impatient = fetch(`${test.fake.url}/v1/payment_intents/${id}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET_KEY}` },
      body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
      signal: impatience.signal,
    })
    await test.fake.requestsSeen(CONFIRM)
    impatience.abort()
    await expect(impatient).rejects.toThrow('aborted')
    expect(test.fake.ledger.captured()).toBe(0)
    hung.release()
    await expect.poll(() => test.fake.ledger.captured(), PATIENT).toBe(6_000)
    expect(await errorOf(confirm())).toMatchObject({ code: 'payment_intent_unexpected_state' })
  })
})

describe('a fault', () => {
  it('spoils only the requests that it is meant for, as often as it is ordered', async () => {
    await using test = await stripeInTest()
    const ordered = test.fake.faults.next('refuse_429', { method: 'POST', path: '/v1/customers', times: 2 })
    await test.stripe.customers.list()
    expect(ordered.taken).toBe(0)
    for (const _ of [1, 2])
      expect(await errorOf(test.stripe.customers.create())).toMatchObject({ statusCode: 429 })
    expect(ordered.taken).toBe(2)
    expect(await test.stripe.customers.create()).toMatchObject({ object: 'customer' })
  })

  it('is forgotten when all are cleared', async () => {
    await using test = await stripeInTest()
    test.fake.faults.next('refuse_401', { times: Infinity })
    expect(await errorOf(test.stripe.customers.list())).toMatchObject({ statusCode: 401 })
    test.fake.faults.clear()
    expect((await test.stripe.customers.list()).data).toEqual([])
  })
})
