import { describe, expect, it } from 'vitest'
import { readPaymentGate } from '../../db/payment-gate.ts'
import { openManyAccounts } from '../support/payments-accounts.ts'
import {
  DAY_MS,
  expectAtRest,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

const FOREVER = { times: Number.POSITIVE_INFINITY }

describe('while Stripe is away', () => {
  it('five unanswered requests close the gate, and later looks are fewer and fewer', async () => {
    const payments = await setupPaymentFaults()
    const accounts = await openManyAccounts(payments, 6)
    const away = payments.stripe.faults.next('html_502_before', FOREVER)
    for (const account of accounts) await payments.recharge(account)
    expect(away.taken).toBe(5)
    expect(await readPaymentGate(payments.db)).toMatchObject({
      failures: 5,
      closedUntil: new Date(payments.clock.now().getTime() + 30 * SECOND_MS),
    })

    await payments.pass(2 * HOUR_MS)
    expect(away.taken, 'requests within two hours of six accounts').toBeLessThan(40)
    expect((await readPaymentGate(payments.db)).closedUntil).not.toBeNull()
    expect(await payments.mails('acct_0')).toEqual([])
  })

  it('requests that were on their way when the gate closed lengthen no wait', async () => {
    const payments = await setupPaymentFaults()
    const accounts = await openManyAccounts(payments, 12)
    payments.stripe.faults.next('html_502_before', FOREVER)
    await Promise.all(accounts.map((account) => payments.recharge(account)))
    const { closedUntil } = await readPaymentGate(payments.db)
    expect(closedUntil).toEqual(new Date(payments.clock.now().getTime() + 30 * SECOND_MS))
  })
})

describe('when Stripe is back', () => {
  it('everything goes on by itself, once, and not all at one moment', async () => {
    const payments = await setupPaymentFaults()
    const accounts = await openManyAccounts(payments, 12)
    const away = payments.stripe.faults.next('html_502_before', FOREVER)
    for (const account of accounts) await payments.recharge(account)
    await payments.pass(20 * MINUTE_MS)
    away.cancel()
    const sentBefore = payments.stripe.requests.length

    await payments.pass(DAY_MS)

    for (const account of accounts) {
      expect((await payments.topups(account)).filter((status) => status === 'succeeded')).toHaveLength(1)
    }
    const sent = payments.stripe.requests.slice(sentBefore)
    const moments = new Set(sent.map(({ at }) => at.getTime()))
    expect(sent.length, 'requests of twelve accounts').toBeLessThan(60)
    expect(moments.size, 'moments at which they were sent').toBeGreaterThan(5)
    expect(await readPaymentGate(payments.db)).toMatchObject({ failures: 0, closedUntil: null })
    await expectAtRest(payments)
  })
})
