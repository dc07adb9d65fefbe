import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resumePayments } from '../../db/payment-gate.ts'
import { storeStripeEvent } from '../../db/stripe-events.ts'
import { reconcile } from '../../jobs/reconcile.ts'
import type { CardBehaviour } from '../../sandbox/fake-stripe/test-cards.ts'
import {
  CANCEL,
  CONFIRM,
  CREATE,
  DAY_MS,
  expectAtRest,
  MINUTE_MS,
  type PaymentFaults,
  READ,
  setupPaymentFaults,
} from '../support/payments-faults.ts'

/** The schedules of one seed are always the same. */
const SEED = 20_260_302
const RUNS = 5
const TIMEOUT_MS = 180_000

const FAULTS = [
  'drop_answer',
  'cut_body',
  'error_500_after',
  'html_502_after',
  'error_500_before',
  'html_502_before',
  'drop_request',
  'refuse_401',
  'refuse_409',
  'refuse_429',
  'lock_timeout',
] as const
const REQUESTS = [CONFIRM, CREATE, CANCEL, READ, {}] as const

const CARDS: readonly CardBehaviour[] = [
  { kind: 'succeeds' },
  { kind: 'asks_to_authenticate' },
  { kind: 'takes_days' },
  { kind: 'declines', decline: { declineCode: 'insufficient_funds' } },
  { kind: 'declines', decline: { declineCode: 'duplicate_transaction' } },
]

type Happening = (payments: PaymentFaults, card: string) => Promise<unknown>

const fault: fc.Arbitrary<Happening> = fc
  .tuple(fc.constantFrom(...FAULTS), fc.constantFrom(...REQUESTS), fc.integer({ min: 1, max: 8 }))
  .map(
    ([kind, request, times]) =>
      async ({ stripe }) =>
        stripe.faults.next(kind, { ...request, times }),
  )
const behaviour = fc.constantFrom(...CARDS).map(
  (kind): Happening =>
    ({ stripe }, card) =>
      stripe.stories.behave(card, kind),
)
const spending = fc.constant<Happening>((payments) => payments.move('-60'))
const click = fc.uuid().map(
  (key): Happening =>
    (payments) =>
      payments.payNow('20', key),
)
const time = fc.integer({ min: 1, max: 600 }).map(
  (minutes): Happening =>
    (payments) =>
      payments.pass(minutes * MINUTE_MS),
)
const telling = fc.constant<Happening>(tell)
const refund = fc.constant<Happening>(refundSomething)

const schedule = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fault },
    { weight: 3, arbitrary: time },
    { weight: 3, arbitrary: spending },
    { weight: 1, arbitrary: behaviour },
    { weight: 1, arbitrary: click },
    { weight: 1, arbitrary: telling },
    { weight: 1, arbitrary: refund },
  ),
  { minLength: 10, maxLength: 25 },
)

it(
  'after any faults, once they are over, nothing stays open, owed or unproved, and the money is what Stripe says',
  async () => {
    const payments = await setupPaymentFaults({ sendsMail: true })
    const card = await payments.registerCard()
    const comesToRest = fc.asyncProperty(schedule, async (happenings) => {
      for (const happen of happenings) await happen(payments, card)
      await endFaults(payments, card)
      await payments.pass(4 * DAY_MS)
      await reconcile(payments.deps)
      await payments.pass(DAY_MS)
      await expectAtRest(payments)
      const waiting = payments.db.selectFrom('mails').select('template').where('next_try_at', 'is not', null)
      expect(await waiting.execute(), 'mails that are not sent').toEqual([])
    })
    await fc.assert(comesToRest, { seed: SEED, numRuns: RUNS, endOnFailure: true })
    expect(payments.captures()).toBeGreaterThan(RUNS)
  },
  TIMEOUT_MS,
)

/** Stripe answers again, the bank decides about what took days, and the operator resumes what a refused key stopped. */
async function endFaults({ db, stripe }: PaymentFaults, card: string): Promise<void> {
  stripe.faults.clear()
  await resumePayments(db)
  await stripe.stories.behave(card, { kind: 'succeeds' })
  for (const { id, status } of [...stripe.state.paymentIntents.values()]) {
    if (status === 'processing') await stripe.stories.settlePayment(id, null)
  }
}

/** Webhooks of everything so far; those that came before are known. */
async function tell({ db, clock, stripe }: PaymentFaults): Promise<void> {
  for (const { id, type, data } of [...stripe.state.events.values()].toReversed()) {
    const objectId = 'id' in data.object && typeof data.object.id === 'string' ? data.object.id : ''
    await storeStripeEvent(db, { id, type, objectId }, clock.now())
  }
}

async function refundSomething({ stripe }: PaymentFaults): Promise<void> {
  const paid = [...stripe.state.paymentIntents.values()].findLast(({ status }) => status === 'succeeded')
  if (paid) await stripe.stories.refund(paid.id, 100)
}
