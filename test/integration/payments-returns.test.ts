import { describe, expect, it } from 'vitest'
import { pauseAutoRecharge, readAutoRecharge } from '../../db/auto-recharge.ts'
import { readCards } from '../../db/cards.ts'
import { inTransaction } from '../../db/transaction.ts'
import { reconcile } from '../../jobs/reconcile.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import {
  DAY_MS,
  expectAtRest,
  HOUR_MS,
  type PaymentFaults,
  SECOND_MS,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

/** An account that was recharged once, and the payment. */
async function paid(): Promise<PaymentFaults & { readonly payment: string; readonly card: string }> {
  const payments = await setupPaymentFaults()
  const card = await payments.registerCard()
  await payments.recharge()
  const [payment = 'none'] = payments.stripe.state.paymentIntents.keys()
  await payments.deliverEvents()
  return { ...payments, payment, card }
}

const statusOf = async ({ db }: PaymentFaults) => {
  const row = await db
    .selectFrom('accounts')
    .select('status')
    .where('id', '=', 'acct_a')
    .executeTakeFirstOrThrow()
  const autoRecharge = await readAutoRecharge(db, 'acct_a')
  return { account: row.status, paused: autoRecharge?.pausedReason }
}

const ACTIVE = { account: 'active', paused: null }
const HELD = { account: 'suspended', paused: 'dispute' }

describe('a refund made in the dashboard', () => {
  it('is taken from the balance once, in parts too', async () => {
    const payments = await paid()
    const { stripe } = payments
    await stripe.stories.refund(payments.payment, 2_500)
    await payments.deliverEvents()
    await payments.deliverEvents()
    expect(await balanceOf(payments.db)).toBe(usd('75'))
    await stripe.stories.refund(payments.payment)
    await payments.deliverEvents()
    expect(await balanceOf(payments.db)).toBe(0n)
    await expectAtRest(payments)
  })

  it('that fails is restored, whether it was heard of before or not', async () => {
    for (const wasHeardOf of [true, false]) {
      const payments = await paid()
      const { stripe } = payments
      const { id } = await stripe.stories.refund(payments.payment, 4_000)
      if (wasHeardOf) await payments.deliverEvents()
      await stripe.stories.failRefund(id)
      await payments.deliverEvents()
      expect(await balanceOf(payments.db)).toBe(usd('100'))
      await expectAtRest(payments)
    }
  })

  it('of a payment that is not known here is followed too, and a person is told', async () => {
    const payments = await paid()
    const { stripe } = payments
    const intent = stripe.state.paymentIntents.get(payments.payment)
    if (!intent) throw new Error('there is no payment')
    // As after a restore of the database: Stripe knows a payment that the top-ups here do not.
    intent.metadata['ringledger_topup'] = '11111111-1111-4111-8111-111111111111'
    await payments.db.updateTable('topups').set({ payment_intent_id: 'pi_elsewhere' }).execute()
    await stripe.stories.refund(payments.payment, 2_500)
    await payments.deliverEvents()
    expect(await balanceOf(payments.db)).toBe(usd('75'))
    await payments.db.updateTable('topups').set({ payment_intent_id: payments.payment }).execute()
    await expectAtRest(payments)
  })
})

describe('a dispute', () => {
  it('takes the money back and holds the account, and gives both back when it is won', async () => {
    const payments = await paid()
    const { stripe } = payments
    const { id } = await stripe.stories.openDispute(payments.payment)
    await payments.deliverEvents()
    expect(await balanceOf(payments.db)).toBe(0n)
    expect(await statusOf(payments)).toEqual(HELD)
    await payments.pass(DAY_MS)
    expect(payments.captures()).toBe(1)

    await stripe.stories.closeDispute(id, 'won')
    await payments.deliverEvents()
    expect(await balanceOf(payments.db)).toBe(usd('100'))
    expect(await statusOf(payments)).toEqual({ account: 'active', paused: 'dispute' })
    await expectAtRest(payments)
  })

  it.each(['in time', 'only when it is over'])(
    'that is lost, heard of %s, leaves the account held',
    async (when) => {
      const payments = await paid()
      const { stripe } = payments
      const { id } = await stripe.stories.openDispute(payments.payment)
      if (when === 'in time') await payments.deliverEvents()
      await stripe.stories.closeDispute(id, 'lost')
      await reconcile(payments.deps)
      expect(await balanceOf(payments.db)).toBe(0n)
      expect(await statusOf(payments)).toEqual(HELD)
      await payments.pass(DAY_MS)
      expect(payments.captures()).toBe(1)
      await expectAtRest(payments)
    },
  )

  it('that is only an inquiry changes nothing', async () => {
    const payments = await paid()
    const { stripe } = payments
    const { id } = await stripe.stories.openDispute(payments.payment, { isInquiry: true })
    await payments.deliverEvents()
    await stripe.stories.closeDispute(id, 'won')
    await payments.deliverEvents()
    expect(await statusOf(payments)).toEqual(ACTIVE)
    await expectAtRest(payments)
  })

  it('keeps the account held while another one is open', async () => {
    const payments = await paid()
    const { stripe } = payments
    await payments.move('-95')
    payments.clock.advance(HOUR_MS)
    await payments.recharge()
    const [first = '', second = ''] = stripe.state.paymentIntents.keys()
    const one = await stripe.stories.openDispute(first)
    await stripe.stories.openDispute(second)
    await payments.deliverEvents()
    await stripe.stories.closeDispute(one.id, 'won')
    await payments.deliverEvents()
    expect(await statusOf(payments)).toEqual(HELD)
    await expectAtRest(payments)
  })

  it('pauses an auto-recharge that was paused for less, and no payment or card ends that', async () => {
    const payments = await paid()
    const { stripe } = payments
    await inTransaction(payments.db, (tx) =>
      pauseAutoRecharge(
        tx,
        { account: 'acct_a', reason: 'declined', switchOff: false },
        payments.clock.now(),
      ),
    )
    await stripe.stories.openDispute(payments.payment)
    await payments.deliverEvents()
    await payments.payNow()
    await payments.registerCard('pm_card_mastercard')
    expect(await statusOf(payments)).toEqual(HELD)
    await payments.pass(DAY_MS)
    expect(await payments.topups()).toEqual(['succeeded', 'succeeded'])
    await expectAtRest(payments)
  })

  it('that opens between the decision to recharge and the charge calls it off', async () => {
    const payments = await paid()
    const { stripe } = payments
    await payments.move('-95')
    payments.clock.advance(HOUR_MS)
    stripe.faults.next('refuse_429', { method: 'POST', path: /^\/v1\/payment_intents\/[^/]+\/confirm$/ })
    await payments.recharge()
    await stripe.stories.openDispute(payments.payment)
    await payments.deliverEvents()
    await payments.pass(DAY_MS)
    expect(await payments.topups()).toEqual(['succeeded', 'canceled'])
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })
})

describe('a card on file', () => {
  it('that the network renews takes its new expiry', async () => {
    const payments = await paid()
    const { stripe } = payments
    await stripe.stories.updateCard(payments.card, { exp_month: 4, exp_year: 2031, last4: '9999' })
    await payments.deliverEvents()
    expect(await readCards(payments.db, 'acct_a')).toMatchObject([
      { expiryMonth: 4, expiryYear: 2031, last4: '9999' },
    ])
  })

  it('that is detached in the dashboard comes off file: the backup takes its place, and without one it pauses', async () => {
    const payments = await paid()
    const { stripe } = payments
    const backup = await payments.registerCard('pm_card_mastercard', { role: 'backup' })
    await stripe.stories.removeCard(payments.card)
    await payments.deliverEvents()
    expect(await readCards(payments.db, 'acct_a')).toMatchObject([{ id: backup, role: 'default' }])
    expect(await statusOf(payments)).toEqual(ACTIVE)

    await stripe.stories.removeCard(backup)
    await payments.deliverEvents()
    expect(await statusOf(payments)).toEqual({ account: 'active', paused: 'no_card' })
    await payments.pass(SECOND_MS)
    expect(await payments.mails()).toContain('recharge_switched_off')
    await expectAtRest(payments)
  })
})
