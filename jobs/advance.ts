import type { Payment } from '../clients/stripe-payment.ts'
import { accountStatuses } from '../db/accounts.ts'
import { readAutoRecharge } from '../db/auto-recharge.ts'
import { readCustomer } from '../db/card-setups.ts'
import { readCards } from '../db/cards.ts'
import { readOpenAttempt, type TopupAttempt } from '../db/topup-attempts.ts'
import { readTopup, storePayment, type Topup, type TopupKey } from '../db/topups.ts'
import { actionDeadline } from './action-deadline.ts'
import { applyPayment, type PaymentState } from './apply-payment.ts'
import { askStripe } from './ask-stripe.ts'
import { cancelTopup, refuseAttempt } from './end-topup.ts'
import type { PaymentDeps } from './payment-deps.ts'
import { postpone } from './postpone-topup.ts'

/** Stripe forgets a key after 24 hours: nothing is sent under an older one. */
const KEY_AGE_MAX_MS = 23 * 3_600_000
/** A charge that is unknown for so long is cancelled, so that a new one may start. */
const UNKNOWN_MAX_MS = 3_600_000
/** A payment, and a charge of each card. */
const STEPS_MAX = 4

/** Takes an open top-up as far as it goes; resolves when it has ended or waits for something. */
export async function advance(deps: PaymentDeps, key: TopupKey): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step++) {
    const topup = await readTopup(deps.db, key)
    if (!topup || topup.settledAt) return
    const payment =
      topup.paymentId === null ? await create(deps, topup) : await read(deps, topup, topup.paymentId)
    if (!payment) return
    const state = await applyPayment(deps, payment)
    const after = state === 'not_executed' ? await execute(deps, topup, payment) : state
    if (after !== 'next_card') return await endOverdue(deps, topup, { payment, state: after })
  }
}

/** A payment that moves no money yet. Nobody can pay it by another way, so an answer that is lost costs nothing. */
async function create(deps: PaymentDeps, topup: Topup): Promise<Payment | null> {
  if (isKeyTooOld(deps, topup) || (topup.checks > 0 && isLateBy(deps, topup, UNKNOWN_MAX_MS))) {
    await cancelTopup(deps, topup, 'not_sent')
    return null
  }
  const customerId = await readCustomer(deps.db, topup.account)
  if (customerId === null) {
    await cancelTopup(deps, topup, 'no_card')
    return null
  }
  const answer = await askStripe(deps, (stripe) =>
    stripe.createPayment(
      { account: topup.account, topup: topup.id, amount: topup.amount, customerId },
      { idempotencyKey: `topup/${topup.id}/create` },
    ),
  )
  if (answer.kind === 'refused') {
    await refuseAttempt(deps, topup, answer)
    return null
  }
  if (answer.kind !== 'definite') {
    await postpone(deps, topup, answer)
    return null
  }
  await storePayment(deps.db, topup, answer.value.id)
  return answer.value
}

async function read(deps: PaymentDeps, topup: Topup, paymentId: string): Promise<Payment | null> {
  const answer = await askStripe(deps, (stripe) => stripe.readPayment(paymentId))
  if (answer.kind === 'definite') return answer.value
  await postpone(deps, topup, answer)
  return null
}

/** Charges the card of the open attempt, or gives up a charge that stays unknown or is not wanted any more. */
async function execute(deps: PaymentDeps, topup: Topup, payment: Payment): Promise<PaymentState> {
  const attempt = await readOpenAttempt(deps.db, topup)
  if (!attempt) return 'waiting'
  const isUnknownForLong = topup.status === 'unknown' && isLateBy(deps, topup, UNKNOWN_MAX_MS)
  if (isUnknownForLong || isKeyTooOld(deps, topup) || (await isCalledOff(deps, topup))) {
    return await cancel(deps, topup, payment.id)
  }
  return await confirm(deps, topup, { payment, attempt })
}

async function confirm(
  deps: PaymentDeps,
  topup: Topup,
  { payment, attempt }: { payment: Payment; attempt: TopupAttempt },
): Promise<PaymentState> {
  const answer = await askStripe(deps, (stripe) =>
    stripe.confirmPayment(
      { paymentId: payment.id, cardId: attempt.cardId, offSession: topup.origin === 'auto' },
      { idempotencyKey: `topup/${topup.id}/confirm/${attempt.number}` },
    ),
  )
  if (answer.kind === 'definite') return await takeOver(deps, topup, answer.value)
  if (answer.kind === 'refused') await refuseAttempt(deps, topup, answer)
  else await postpone(deps, topup, answer, 'charged')
  return 'waiting'
}

/** The answer of a refused charge leaves out its outcome, which may say never to try again: that is read. */
async function takeOver(deps: PaymentDeps, topup: Topup, payment: Payment): Promise<PaymentState> {
  if (payment.decline === null) return await applyPayment(deps, payment)
  const complete = await read(deps, topup, payment.id)
  return complete ? await applyPayment(deps, complete) : 'waiting'
}

async function cancel(deps: PaymentDeps, topup: Topup, paymentId: string): Promise<PaymentState> {
  const answer = await askStripe(deps, (stripe) =>
    stripe.cancelPayment(paymentId, { idempotencyKey: `topup/${topup.id}/cancel/${topup.checks}` }),
  )
  if (answer.kind === 'definite') return await applyPayment(deps, answer.value)
  // It may have come to an end in the meantime: the next look reads which.
  await postpone(deps, topup, answer, 'charged')
  return 'waiting'
}

/** A dispute, a customer or an operator may stop recharges between the decision and the charge. */
async function isCalledOff({ db }: PaymentDeps, { account, origin }: Topup): Promise<boolean> {
  if (origin === 'manual') return false
  const autoRecharge = await readAutoRecharge(db, account)
  if (!autoRecharge?.settings.enabled || autoRecharge.pausedReason !== null) return true
  return (await accountStatuses(db, [account])).get(account) !== 'active'
}

/** The customer's time to authenticate is over, or they gave another card instead: nothing may be charged any more. */
async function endOverdue(
  deps: PaymentDeps,
  topup: Topup,
  { payment, state }: { payment: Payment; state: PaymentState },
): Promise<void> {
  const waits = state === 'waiting' && topup.status === 'requires_action'
  if (!waits) return
  const isOver = deps.clock.now() >= actionDeadline(topup) || (await hasNewCard(deps, topup))
  if (isOver) await cancel(deps, topup, payment.id)
}

async function hasNewCard({ db }: PaymentDeps, { account, origin, createdAt }: Topup): Promise<boolean> {
  return origin === 'auto' && (await readCards(db, account)).some(({ addedAt }) => addedAt > createdAt)
}

function isKeyTooOld(deps: PaymentDeps, topup: Topup): boolean {
  return isLateBy(deps, topup, KEY_AGE_MAX_MS)
}

function isLateBy({ clock }: PaymentDeps, { createdAt }: Topup, ms: number): boolean {
  return clock.now().getTime() - createdAt.getTime() > ms
}
