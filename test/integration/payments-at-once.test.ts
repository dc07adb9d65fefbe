import { describe, expect, it } from 'vitest'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import { inTransaction } from '../../db/transaction.ts'
import { advance } from '../../jobs/advance.ts'
import { startRecharge } from '../../jobs/start-recharge.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import { openManyAccounts, setupRunning } from '../support/payments-accounts.ts'
import {
  CONFIRM,
  DAY_MS,
  expectAtRest,
  HOUR_MS,
  MINUTE_MS,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

describe('of many triggers at once', () => {
  it('for one account, and a double click on Pay now, one charges', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    const clicks = Array.from({ length: 2 }, () => payments.payNow('100', 'click-1'))
    const triggers = Array.from({ length: 30 }, () => payments.recharge())
    const results = await Promise.all(clicks)
    await Promise.all(triggers)
    await payments.pass(5 * MINUTE_MS)
    expect(results.every(({ kind }) => kind === 'topup' || kind === 'open')).toBe(true)
    expect(payments.captures()).toBe(1)
    expect(await balanceOf(payments.db)).toBe(usd('100'))
    await expectAtRest(payments)
  })

  it('that take one top-up further, one charges', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    const topup = await inTransaction(payments.db, (tx) => startRecharge(tx, payments.deps, 'acct_a'))
    if (!topup) throw new Error('nothing was opened')
    await Promise.all(Array.from({ length: 8 }, () => advance(payments.deps, topup)))
    await payments.pass(5 * MINUTE_MS)
    expect(payments.captures()).toBe(1)
    const keys = payments.stripe.requests.flatMap(({ key }) => (key?.includes('/confirm/') ? [key] : []))
    expect(new Set(keys)).toEqual(new Set([`topup/${topup.id}/confirm/1`]))
    await expectAtRest(payments)
  })
})

describe('a balance that is drained as fast as it is filled', () => {
  it('is filled up to the caps of an hour, a day and a month, and no further', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    const drain = async () => {
      await payments.move('-100')
      await payments.recharge()
    }
    for (let minute = 0; minute < 60; minute += 5) {
      await drain()
      await payments.pass(5 * MINUTE_MS)
    }
    expect(payments.captures()).toBe(DEFAULT_RECHARGE_CAPS.day.count)
    for (let hour = 0; hour < 7 * 24; hour += 6) {
      await drain()
      await payments.pass(6 * HOUR_MS)
    }
    const times = (await payments.db.selectFrom('topups').select('created_at').execute()).map((row) =>
      row.created_at.getTime(),
    )
    expect(mostWithin(times, DAY_MS)).toBe(DEFAULT_RECHARGE_CAPS.day.count)
    expect(mostWithin(times, 7 * DAY_MS)).toBe(DEFAULT_RECHARGE_CAPS.week.count)
    await expectAtRest(payments)
  })
})

describe('two accounts that share a card', () => {
  it('are charged one after the other', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard('pm_card_visa')
    await payments.registerCard('pm_card_visa', { account: 'acct_b' })
    const hanging = payments.stripe.faults.next('hang_before', CONFIRM)
    const first = payments.recharge()
    await payments.stripe.requestsSeen(CONFIRM)
    await payments.recharge('acct_b')
    expect(await payments.topups('acct_b')).toEqual([])
    hanging.release()
    await first
    await payments.pass(MINUTE_MS)
    expect(await payments.topups()).toEqual(['succeeded'])
    expect(await payments.topups('acct_b')).toEqual(['succeeded'])
    expect(payments.failedJobs).toEqual([])
    await expectAtRest(payments)
  })

  it('do not try it again for each other within a day of a decline', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard('pm_card_declined_insufficient_funds')
    await payments.registerCard('pm_card_declined_insufficient_funds', { account: 'acct_b' })
    await payments.recharge()
    await payments.pass(12 * HOUR_MS)
    expect([...(await payments.topups()), ...(await payments.topups('acct_b'))]).toEqual(['failed'])
    await payments.pass(2 * DAY_MS)
    const declines = await payments.db.selectFrom('topup_attempts').select('settled_at').execute()
    const times = declines.map(({ settled_at }) => settled_at?.getTime() ?? 0)
    expect(mostWithin(times, DAY_MS)).toBe(1)
    await expectAtRest(payments)
  })
})

it('accounts that are due at once are charged once each, at most 25 requests a second', async () => {
  const payments = await setupPaymentFaults({ settingUp: setupRunning() })
  const { stripe, clock } = payments
  const accounts = await openManyAccounts(payments, 200)
  const [sentBefore, startedAt] = [stripe.requests.length, clock.now().getTime()]

  await Promise.all(accounts.map((account) => payments.recharge(account)))

  const sent = stripe.requests.slice(sentBefore).map(({ at }) => at.getTime() - startedAt)
  expect(sent).toHaveLength(2 * accounts.length)
  const early = sent.toSorted((a, b) => a - b).filter((afterMs, n) => afterMs < n * 40 - TIMER_MS)
  expect(early, 'requests before their turn, 40 ms each').toEqual([])
  expect(payments.captures()).toBe(accounts.length)
  await expectAtRest(payments)
}, 120_000)

/** Timers and clocks count in whole milliseconds. */
const TIMER_MS = 2

function mostWithin(times: readonly number[], spanMs: number): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + spanMs).length))
}
