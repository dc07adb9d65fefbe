import { describe, expect, it } from 'vitest'
import { storeStripeEvent } from '../../db/stripe-events.ts'
import { reconcile } from '../../jobs/reconcile.ts'
import { balanceOf, entriesOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import { makeAtStripe } from '../support/payments-accounts.ts'
import {
  CONFIRM,
  CREATE,
  expectAtRest,
  HOUR_MS,
  MINUTE_MS,
  type PaymentFaults,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

interface Told {
  readonly id: string
  readonly type: string
  readonly objectId: string
}

/** What Stripe has told so far of what is listened to. */
function toldBy({ stripe }: PaymentFaults): Told[] {
  return [...stripe.state.events.values()].map(({ id, type, data }) => ({
    id,
    type,
    objectId: 'id' in data.object && typeof data.object.id === 'string' ? data.object.id : '',
  }))
}

/** Stores events as the webhook does, in this order, and works them. */
async function deliver(payments: PaymentFaults, events: readonly Told[]): Promise<void> {
  for (const event of events) {
    await storeStripeEvent(payments.db, event, payments.clock.now())
    await payments.sweep()
  }
}

describe('an event that comes', () => {
  it('fifty times at once is stored once and credits once', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    payments.stripe.faults.next('drop_answer', { ...CONFIRM, times: 2 })
    await payments.recharge()
    const event = toldBy(payments).find(({ type }) => type === 'payment_intent.succeeded')
    if (!event) throw new Error('there is no such event')
    const stored = await Promise.all(
      Array.from({ length: 50 }, () => storeStripeEvent(payments.db, event, payments.clock.now())),
    )
    expect(stored.filter((isNew) => isNew)).toHaveLength(1)
    await Promise.all([payments.sweep(), payments.sweep(), payments.sweep()])
    expect(await payments.topups()).toEqual(['succeeded'])
    expect(await entriesOf(payments.db)).toHaveLength(1)
    await expectAtRest(payments)
  })

  it('before the answer to the charge is worked, and the answer then changes nothing', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    const hanging = payments.stripe.faults.next('hang_after', CONFIRM)
    const recharging = payments.recharge()
    await payments.stripe.requestsSeen(CONFIRM)
    await expect.poll(() => toldBy(payments).map(({ type }) => type)).toContain('payment_intent.succeeded')
    await deliver(payments, toldBy(payments))
    expect(await payments.topups()).toEqual(['succeeded'])
    hanging.release()
    await recharging
    expect(await balanceOf(payments.db)).toBe(usd('100'))
    await expectAtRest(payments)
  })

  it('about a payment whose making is not answered yet waits for nothing and loses nothing', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    const hanging = payments.stripe.faults.next('hang_after', CREATE)
    const recharging = payments.recharge()
    await payments.stripe.requestsSeen(CREATE)
    await expect.poll(() => toldBy(payments).map(({ type }) => type)).toContain('payment_intent.created')
    await deliver(payments, toldBy(payments))
    hanging.release()
    await recharging
    expect(await payments.topups()).toEqual(['succeeded'])
    await expectAtRest(payments)
  })

  it('while Stripe cannot be read is worked when it can', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    await payments.recharge()
    payments.stripe.faults.next('html_502_before', { method: 'GET', times: 3 })
    const [event] = toldBy(payments).filter(({ type }) => type === 'payment_intent.succeeded')
    await deliver(payments, event ? [event] : [])
    await payments.pass(MINUTE_MS)
    expect(payments.failedJobs).toEqual(Array.from({ length: 3 }, () => 'apply-stripe-event'))
    await expectAtRest(payments)
  })

  it.each([
    {
      what: 'a payment of another system',
      path: '/v1/payment_intents',
      form: { amount: '500', currency: 'usd' },
    },
    {
      what: 'an account that does not exist',
      path: '/v1/payment_intents',
      form: {
        amount: '500',
        currency: 'usd',
        'metadata[ringledger_account]': 'acct_of_nobody',
        'metadata[ringledger_topup]': '11111111-1111-4111-8111-111111111111',
      },
    },
  ])('about $what is noted and has no effect', async ({ path, form }) => {
    const payments = await setupPaymentFaults()
    const object = await makeAtStripe(payments, path, form)
    await deliver(payments, [{ id: 'evt_foreign', type: 'payment_intent.succeeded', objectId: object }])
    expect(await outcomeOf(payments, 'evt_foreign')).toBe('foreign')
    const findings = await payments.db.selectFrom('findings').select(['kind', 'subject']).execute()
    expect(findings).toEqual([{ kind: 'foreign_stripe_object', subject: object }])
    await expectAtRest(payments)
  })

  it.each(['payment_intent.succeeded', 'refund.updated', 'charge.dispute.created', 'setup_intent.succeeded'])(
    'as %s about something that Stripe does not show us is noted, and not asked for without end',
    async (type) => {
      const payments = await setupPaymentFaults()
      await deliver(payments, [{ id: 'evt_hidden', type, objectId: 'obj_of_another_mode' }])
      expect(await outcomeOf(payments, 'evt_hidden')).toBe('foreign')
      await reconcile(payments.deps)
      await expectAtRest(payments)
    },
  )

  it('of a type that nobody listens to is done with at once', async () => {
    const payments = await setupPaymentFaults()
    const before = payments.stripe.requests.length
    await deliver(payments, [{ id: 'evt_other', type: 'invoice.paid', objectId: 'in_1' }])
    expect(await outcomeOf(payments, 'evt_other')).toBe('ignored')
    expect(payments.stripe.requests).toHaveLength(before)
    await expectAtRest(payments)
  })
})

describe('when no event ever comes, the reconciliation', () => {
  it('credits what was charged, takes back what was refunded and disputed, and finds nothing more afterwards', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    await payments.registerCard('pm_card_mastercard', { account: 'acct_b' })
    payments.stripe.faults.next('drop_answer', { ...CONFIRM, times: 2 })
    await payments.recharge()
    await payments.recharge('acct_b')
    const [first = '', second = ''] = payments.stripe.state.paymentIntents.keys()
    await payments.stripe.stories.refund(first, 2_500)
    await payments.stripe.stories.openDispute(second)
    payments.clock.advance(MINUTE_MS)

    const { tallies } = await reconcile(payments.deps)

    expect(tallies).toMatchObject({
      payments: { closed: 1 },
      refunds: { closed: 1 },
      disputes: { closed: 1 },
    })
    expect(await balanceOf(payments.db)).toBe(usd('75'))
    expect(await balanceOf(payments.db, 'acct_b')).toBe(0n)
    payments.clock.advance(15 * MINUTE_MS)
    const sentBefore = payments.stripe.requests.length
    const again = await reconcile(payments.deps)
    expect(Object.values(again.tallies).map(({ closed }) => closed)).toEqual([0, 0, 0, 0])
    expect(payments.stripe.requests.length - sentBefore, 'requests of a look that finds nothing').toBe(4)
    await payments.pass(HOUR_MS)
    await expectAtRest(payments)
  })

  it('goes on where Stripe stopped answering', async () => {
    const payments = await setupPaymentFaults()
    await payments.registerCard()
    payments.stripe.faults.next('drop_answer', { ...CONFIRM, times: 2 })
    await payments.recharge()
    payments.stripe.faults.next('html_502_before', { path: '/v1/refunds' })
    await expect(reconcile(payments.deps)).rejects.toThrow('Stripe gave no definite answer')
    await reconcile(payments.deps)
    expect(await payments.topups()).toEqual(['succeeded'])
    await expectAtRest(payments)
  })
})

async function outcomeOf({ db }: PaymentFaults, id: string): Promise<string | null> {
  const event = await db
    .selectFrom('stripe_events')
    .select('outcome')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return event.outcome
}
