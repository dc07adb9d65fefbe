import { describe, expect, it } from 'vitest'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import { makeAtStripe } from '../support/payments-accounts.ts'
import {
  CANCEL,
  CONFIRM,
  DAY_MS,
  expectAtRest,
  HOUR_MS,
  MINUTE_MS,
  type PaymentFaults,
  SECOND_MS,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

const paymentOf = async (payments: PaymentFaults, topup: string | null) =>
  (await payments.topup(topup))?.paymentId ?? 'none'

describe('a payment that is being processed', () => {
  it.each([
    { end: 'succeeds', decline: null, statuses: ['succeeded'] },
    { end: 'is declined', decline: { declineCode: 'insufficient_funds' }, statuses: ['failed'] },
  ])('for days and then $end is neither credit nor failure before', async ({ decline, statuses }) => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, { kind: 'takes_days' })
    const topup = await payments.recharge()
    await payments.pass(3 * DAY_MS)
    expect(await payments.topup(topup)).toMatchObject({ status: 'processing' })
    expect(await balanceOf(payments.db)).toBe(0n)
    expect(await payments.mails()).toEqual([])

    await payments.stripe.stories.settlePayment(await paymentOf(payments, topup), decline)
    await payments.pass(HOUR_MS)
    expect(await payments.topups()).toEqual(statuses)
    await expectAtRest(payments)
  })
})

describe('a payment that the customer has to authenticate', () => {
  it('waits for them, is told once, and is credited when they do', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
    const topup = await payments.recharge()
    await payments.pass(HOUR_MS)
    expect(await payments.topup(topup)).toMatchObject({ status: 'requires_action' })
    expect(await payments.mails()).toEqual(['authentication_needed'])

    await confirmOnPage(payments, await paymentOf(payments, topup), card)
    await payments.stripe.stories.authenticate(await paymentOf(payments, topup), true)
    await payments.deliverEvents()
    expect(await payments.topups()).toEqual(['succeeded'])
    await expectAtRest(payments)
  })

  it('is cancelled when their time is over', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
    await payments.recharge()
    await payments.pass(72 * HOUR_MS)
    expect(await payments.topups()).toEqual(['canceled'])
    await expectAtRest(payments)
  })

  it.each(['drop_request', 'drop_answer', 'error_500_after', 'error_500_before', 'refuse_429'] as const)(
    'is cancelled though the first cancellation meets %s',
    async (fault) => {
      const payments = await setupPaymentFaults()
      const card = await payments.registerCard()
      await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
      await payments.recharge()
      payments.stripe.faults.next(fault, { ...CANCEL, times: 2 })
      await payments.pass(73 * HOUR_MS)
      expect(await payments.topups()).toEqual(['canceled'])
      await expectAtRest(payments)
    },
  )

  it('makes room for a card that they register instead, which is charged at once', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
    await payments.recharge()
    await payments.pass(HOUR_MS)
    await payments.registerCard('pm_card_mastercard')
    await payments.pass(SECOND_MS)
    expect(await payments.topups()).toEqual(['canceled', 'succeeded'])
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })

  it('and that then is processed and fails is cancelled when their time is over', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
    const topup = await payments.recharge()
    const payment = await paymentOf(payments, topup)
    await payments.stripe.stories.behave(card, { kind: 'takes_days' })
    await confirmOnPage(payments, payment, card)
    await payments.deliverEvents()
    expect(await payments.topup(topup)).toMatchObject({ status: 'processing' })
    await payments.stripe.stories.settlePayment(payment, { declineCode: 'insufficient_funds' })
    await payments.pass(73 * HOUR_MS)
    expect(await payments.topups()).toEqual(['canceled'])
    await expectAtRest(payments)
  })

  it('on the page, by Pay now, has an hour', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.saveSettings({ enabled: false })
    await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
    expect(await payments.payNow()).toMatchObject({ kind: 'topup', topup: { status: 'requires_action' } })
    await payments.pass(59 * MINUTE_MS)
    expect(await payments.topups()).toEqual(['requires_action'])
    await payments.pass(MINUTE_MS)
    expect(await payments.topups()).toEqual(['canceled'])
    await expectAtRest(payments)
  })

  it('that succeeds while it is cancelled is credited', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
    const topup = await payments.recharge()
    const payment = await paymentOf(payments, topup)
    const hanging = payments.stripe.faults.next('hang_before', CANCEL)
    await confirmOnPage(payments, payment, card)
    payments.clock.advance(72 * HOUR_MS)
    const sweeping = payments.sweep()
    await payments.stripe.requestsSeen(CANCEL)
    await payments.stripe.stories.authenticate(payment, true)
    hanging.release()
    await sweeping
    await payments.pass(HOUR_MS)
    expect(await payments.topup(topup)).toMatchObject({ status: 'succeeded' })
    expect(await balanceOf(payments.db)).toBe(usd('100'))
    await expectAtRest(payments)
  })
})

describe('a payment that is cancelled in the dashboard', () => {
  it('ends its top-up, and the next one charges once', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    payments.stripe.faults.next('refuse_429', CONFIRM)
    const topup = await payments.recharge()
    await makeAtStripe(payments, `/v1/payment_intents/${await paymentOf(payments, topup)}/cancel`)
    await payments.deliverEvents()
    expect(await payments.topups()).toEqual(['canceled'])
    await payments.pass(5 * MINUTE_MS)
    expect(await payments.topups()).toEqual(['canceled', 'succeeded'])
    await expectAtRest(payments)
  })
})

/** What the customer's browser does with the payment that waits. */
async function confirmOnPage(payments: PaymentFaults, payment: string, card: string): Promise<void> {
  await makeAtStripe(payments, `/v1/payment_intents/${payment}/confirm`, { payment_method: card })
}
