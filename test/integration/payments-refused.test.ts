import { describe, expect, it } from 'vitest'
import { readAutoRecharge } from '../../db/auto-recharge.ts'
import { readPaymentGate, resumePayments } from '../../db/payment-gate.ts'
import { forgetCard } from '../../jobs/remove-card.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import {
  CONFIRM,
  DAY_MS,
  expectAtRest,
  HOUR_MS,
  MINUTE_MS,
  type PaymentFaults,
  SECOND_MS,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

const findingsOf = async ({ db }: PaymentFaults) => {
  const rows = await db.selectFrom('findings').select('kind').orderBy('found_at').execute()
  return rows.map(({ kind }) => kind)
}

describe.each(['refuse_401', 'refuse_403'] as const)('a key that Stripe answers with %s', (fault) => {
  it('stops all payments until an operator resumes them, and costs no attempt and no mail', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    await payments.registerCard('pm_card_visa', { account: 'acct_b' })
    const refusing = payments.stripe.faults.next(fault, { times: Number.POSITIVE_INFINITY })

    const topup = await payments.recharge()
    await payments.pass(2 * HOUR_MS)

    expect(refusing.taken).toBe(1)
    expect(await findingsOf(payments)).toEqual(['payments_paused'])
    expect(payments.logged.lines).toContainEqual(expect.objectContaining({ level: 60, alert: true }))
    expect(await payments.attempts()).toEqual(['created'])
    expect(await payments.mails()).toEqual([])

    refusing.cancel()
    await resumePayments(payments.db)
    await payments.pass(5 * MINUTE_MS)
    expect(await payments.topup(topup)).toMatchObject({ status: 'succeeded' })
    expect(await payments.topups('acct_b')).toEqual(['succeeded'])
    await expectAtRest(payments)
  })
})

describe('a key that Stripe knows with other parameters', () => {
  it('alerts, gets no new key, and ends in a payment that is cancelled', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    payments.stripe.faults.next('refuse_401', CONFIRM)
    const topup = await payments.recharge()
    // The payment and its attempt stand; what is sent now differs from what the key was used with.
    await useKeyOtherwise(payments, `topup/${topup}/confirm/1`)
    await resumePayments(payments.db)
    await payments.pass(5 * MINUTE_MS)

    expect(await payments.topup(topup)).toMatchObject({ status: 'unknown' })
    expect(await findingsOf(payments)).toContain('request_refused')
    const keys = new Set(
      payments.stripe.requests.flatMap(({ key }) => (key?.includes('/confirm/') ? [key] : [])),
    )
    expect([...keys]).toEqual([`topup/${topup}/confirm/1`])

    await payments.pass(3 * HOUR_MS)
    expect(await payments.topups()).toEqual(['canceled', 'succeeded'])
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })
})

async function useKeyOtherwise({ stripe }: PaymentFaults, key: string): Promise<void> {
  await fetch(`${stripe.url}/v1/customers`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_ringledger', 'idempotency-key': key },
  })
}

describe('a card that is gone when it is to be charged', () => {
  it('without another one fails the top-up, tells the customer and waits for a card', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    await payments.stripe.stories.removeCard(card)
    const topup = await payments.recharge()

    expect(await payments.topup(topup)).toMatchObject({ status: 'failed' })
    expect(await payments.mails()).toEqual(['recharge_failed'])
    expect((await readAutoRecharge(payments.db, 'acct_a'))?.pausedReason).not.toBeNull()

    payments.clock.advance(HOUR_MS)
    await payments.registerCard('pm_card_mastercard')
    await payments.pass(SECOND_MS)
    expect(await payments.topups()).toEqual(['failed', 'succeeded'])
    await expectAtRest(payments)
  })

  it('because it was replaced meanwhile leaves the charge to the card that took its place', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    payments.stripe.faults.next('refuse_429', CONFIRM)
    await payments.recharge()
    await payments.registerCard('pm_card_mastercard')
    await payments.stripe.stories.removeCard(card)
    await payments.pass(5 * MINUTE_MS)

    expect(await payments.attempts()).toEqual(['declined', 'succeeded'])
    expect(await payments.mails()).toEqual(['receipt'])
    expect(await balanceOf(payments.db)).toBe(usd('100'))
    await expectAtRest(payments)
  })

  it('because the customer took it off file calls the top-up off', async () => {
    const payments = await setupPaymentFaults()
    const card = await payments.registerCard()
    payments.stripe.faults.next('refuse_429', CONFIRM)
    await payments.recharge()
    await forgetCard(payments.deps, { account: 'acct_a', id: card })
    await payments.pass(5 * MINUTE_MS)

    expect(await payments.topups()).toEqual(['canceled'])
    expect(await payments.mails()).toEqual(['recharge_switched_off', 'low_balance'])
    await expectAtRest(payments)
  })
})

it('a recharge that the customer turns off before it is charged is not charged', async () => {
  const payments = await setupPaymentFaults()
  await payments.registerCard()
  payments.stripe.faults.next('refuse_429', CONFIRM)
  await payments.recharge()
  await payments.saveSettings({ enabled: false })
  await payments.pass(DAY_MS)
  expect(await payments.topups()).toEqual(['canceled'])
  expect(payments.captures()).toBe(0)
  await expectAtRest(payments)
})

describe('a decline as a duplicate', () => {
  it('has everything at Stripe looked through at once, and is tried again a day later', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard('pm_card_declined_duplicate_transaction')
    await payments.db
      .updateTable('reconciliations')
      .set({ next_at: new Date('2026-03-02T12:14:00Z') })
      .execute()

    await payments.recharge()

    const { next_at } = await payments.db
      .selectFrom('reconciliations')
      .select('next_at')
      .executeTakeFirstOrThrow()
    expect(next_at).toEqual(payments.clock.now())
    expect(await payments.topups()).toEqual(['failed'])
    const autoRecharge = await readAutoRecharge(payments.db, 'acct_a')
    expect(autoRecharge?.nextTryAt).toEqual(new Date(payments.clock.now().getTime() + DAY_MS))
    await expectAtRest(payments)
  })
})

describe('after a decline', () => {
  it('a customer who registers another card is recharged at once', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard('pm_card_declined_insufficient_funds')
    await payments.recharge()
    payments.clock.advance(HOUR_MS)
    await payments.registerCard('pm_card_mastercard')
    await payments.pass(SECOND_MS)
    expect(await payments.topups()).toEqual(['failed', 'succeeded'])
    expect(await payments.mails()).toEqual(
      expect.arrayContaining(['recharge_failed', 'receipt', 'recharge_recovered']),
    )
    await expectAtRest(payments)
  })

  it('no further try follows when the balance was topped up another way', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard('pm_card_declined_insufficient_funds')
    await payments.recharge()
    await payments.move('50')
    await payments.pass(30 * DAY_MS)
    expect(await payments.topups()).toEqual(['failed'])
    await expectAtRest(payments)
  })
})

it('the readable gate says why payments are paused', async () => {
  const payments = await setupPaymentFaults()
  await payments.registerCard()
  payments.stripe.faults.next('refuse_401')
  await payments.recharge()
  expect((await readPaymentGate(payments.db)).pausedReason).toMatch(/^Stripe refuses our key: 401/)
})
