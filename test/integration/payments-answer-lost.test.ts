import { describe, expect, it } from 'vitest'
import type { Fault } from '../../sandbox/fake-stripe/faults.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import {
  CONFIRM,
  CREATE,
  expectAtRest,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

/** For requests whose answer never comes; others are answered well within it. */
const SHORT_MS = 2_000

/** The SDK sends once more, with the same key, when the connection breaks. */
const LOST: readonly { fault: Fault; times: number }[] = [
  { fault: 'drop_answer', times: 2 },
  { fault: 'cut_body', times: 1 },
  { fault: 'stall_body', times: 1 },
  { fault: 'hang_after', times: 1 },
  { fault: 'error_500_after', times: 1 },
  { fault: 'html_502_after', times: 1 },
]

describe.each(LOST)('a charge whose answer is lost by $fault', ({ fault, times }) => {
  it('is unknown, keeps everything else from being charged, and is credited once when it is read', async () => {
    const payments = await setupPaymentFaults({ answerTimeoutMs: SHORT_MS })
    await payments.registerCard()
    payments.stripe.faults.next(fault, { ...CONFIRM, times })

    const topup = await payments.recharge()

    expect(await payments.topup(topup)).toMatchObject({ status: 'unknown' })
    expect(await payments.payNow()).toMatchObject({ kind: 'open' })
    await payments.pass(5 * SECOND_MS)
    expect(await payments.topup(topup)).toMatchObject({ status: 'succeeded' })
    expect(await payments.mails()).toEqual(['receipt'])
    expect(payments.captures()).toBe(1)
    await payments.pass(24 * HOUR_MS)
    expect(await balanceOf(payments.db)).toBe(usd('100'))
    await expectAtRest(payments)
  })
})

describe.each(LOST)('the answer to making a payment, lost by $fault,', ({ fault, times }) => {
  it('costs nothing: the same payment is found by its key and charged once', async () => {
    const payments = await setupPaymentFaults({ answerTimeoutMs: SHORT_MS })
    await payments.registerCard()
    payments.stripe.faults.next(fault, { ...CREATE, times })

    await payments.recharge()
    await payments.pass(2 * HOUR_MS)

    expect(payments.captures()).toBe(1)
    expect((await payments.topups()).filter((status) => status === 'succeeded')).toHaveLength(1)
    await expectAtRest(payments)
  })
})

const NOT_EXECUTED: readonly Fault[] = [
  'drop_request',
  'error_500_before',
  'html_502_before',
  'refuse_409',
  'refuse_429',
  'lock_timeout',
]

it.each(NOT_EXECUTED)('a charge that %s kept from being made is made later, once', async (fault) => {
  const payments = await setupPaymentFaults()
  await payments.registerCard()
  payments.stripe.faults.next(fault, { ...CONFIRM, times: 2 })

  await payments.recharge()
  await payments.pass(2 * HOUR_MS)

  expect(payments.captures()).toBe(1)
  expect(await balanceOf(payments.db)).toBe(usd('100'))
  await expectAtRest(payments)
})

describe('a charge that was sent and may still be made', () => {
  it('is not made twice when its key is in use', async () => {
    const payments = await setupPaymentFaults({ answerTimeoutMs: SHORT_MS })
    await payments.registerCard()
    const hanging = payments.stripe.faults.next('hang_before', CONFIRM)
    const topup = await payments.recharge()
    expect(await payments.topup(topup)).toMatchObject({ status: 'unknown' })

    await payments.pass(5 * SECOND_MS)
    const [, again] = await payments.stripe.requestsSeen(CONFIRM, 2)
    expect(again?.status).toBe(409)
    expect(await payments.topup(topup)).toMatchObject({ status: 'unknown' })

    hanging.release()
    await payments.pass(10 * MINUTE_MS)
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })

  it('stays unknown when its replay is answered 429', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    payments.stripe.faults.next('drop_request', { ...CONFIRM, times: 2 })
    payments.stripe.faults.next('refuse_429', CONFIRM)
    const topup = await payments.recharge()

    await payments.pass(5 * SECOND_MS)
    expect(await payments.topup(topup)).toMatchObject({ status: 'unknown' })
    expect(await payments.attempts()).toEqual(['created'])

    await payments.pass(10 * MINUTE_MS)
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })

  it('is given up by cancelling its payment after an hour, and what was in flight can then take nothing', async () => {
    const payments = await setupPaymentFaults({ answerTimeoutMs: SHORT_MS })
    await payments.registerCard()
    const hanging = payments.stripe.faults.next('hang_before', CONFIRM)
    const first = await payments.recharge()
    await payments.pass(2 * HOUR_MS)
    expect(await payments.topup(first)).toMatchObject({ status: 'canceled' })

    hanging.release()
    await payments.pass(HOUR_MS)
    expect(await payments.topups()).toEqual(['canceled', 'succeeded'])
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })

  it('is sent under no key that is older than 23 hours', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    payments.stripe.faults.next('drop_request', { ...CONFIRM, times: 2 })
    const first = await payments.recharge()
    payments.clock.advance(23 * HOUR_MS + 1)
    await payments.pass(HOUR_MS)

    expect(await payments.topup(first)).toMatchObject({ status: 'canceled' })
    const sent = payments.stripe.requests.filter(({ key }) => key === `topup/${first}/confirm/1`)
    expect(sent.every(({ at }) => payments.clock.now().getTime() - at.getTime() > 23 * HOUR_MS)).toBe(true)
    expect(payments.captures()).toBe(1)
    await expectAtRest(payments)
  })
})

it('an account is not locked out by a payment that Stripe answers with one kept error', async () => {
  const payments = await setupPaymentFaults()
  await payments.registerCard()
  payments.stripe.faults.next('error_500_before', CREATE)
  await payments.recharge()
  await payments.pass(2 * HOUR_MS)
  expect(await payments.topups()).toEqual(['canceled', 'succeeded'])
  await expectAtRest(payments)
})
