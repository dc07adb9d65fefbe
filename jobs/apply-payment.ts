import type { Payment } from '../clients/stripe-payment.ts'
import { updateAutoRecharge } from '../db/auto-recharge.ts'
import { noteFinding } from '../db/findings.ts'
import { type LockedAccount, lockAccount } from '../db/lock-account.ts'
import { postEntry } from '../db/post-entry.ts'
import { readOpenAttempt, settleAttempt } from '../db/topup-attempts.ts'
import { keepTopupOpen, readTopup, settleTopup, storePayment, type Topup } from '../db/topups.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { actionDeadline } from './action-deadline.ts'
import { declineAttempt } from './decline-attempt.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'
import { rechargeSucceeded } from './recharge-succeeded.ts'

/**
 * What a payment says of its top-up: it has ended; it waits for Stripe or the customer; its attempt was not executed; its
 * next card is to be tried; or the payment is none of ours.
 */
export type PaymentState = 'settled' | 'waiting' | 'not_executed' | 'next_card' | 'foreign'

const PROCESSING_CHECK_MS = 3_600_000

/**
 * Takes over what Stripe says of a payment: credit when it succeeded, and the state of its top-up. Whoever reads a payment
 * calls this: the protocol, a webhook, the reconciler. The first one does the work, for the others nothing changes; an
 * older state that comes late changes nothing either.
 */
export async function applyPayment(deps: PaymentDeps, payment: Payment): Promise<PaymentState> {
  const { account, topup } = payment
  if (account === null || topup === null || !UUID.test(topup)) return 'foreign'
  return await inTransaction(deps.db, async (tx) => {
    const locked = await lockAccount(tx, account)
    if (!locked) return 'foreign'
    const found = await readTopup(tx, { account, id: topup })
    const own = found && (found.paymentId === null || found.paymentId === payment.id) ? found : null
    if (own) await storePayment(tx, own, payment.id)
    if (payment.status === 'succeeded')
      return await credit(tx, deps, { payment, account: locked, topup: own })
    if (!own || own.settledAt) return 'settled'
    return await follow(tx, deps, { payment, account: locked, topup: own })
  })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

interface Applied {
  readonly payment: Payment
  readonly account: LockedAccount
  readonly topup: Topup
}

/** One payment, one credit, whatever became of the top-up it was made for. */
async function credit(
  tx: Tx,
  deps: PaymentDeps,
  { payment, account, topup }: Omit<Applied, 'topup'> & { topup: Topup | null },
): Promise<PaymentState> {
  const now = deps.clock.now()
  const posting = await postEntry(
    tx,
    {
      account: account.id,
      item: 'funds_added',
      contra: 'clearing:stripe',
      amount: payment.captured,
      source: `payment/${payment.id}`,
      occurredAt: now,
      note: null,
    },
    now,
  )
  const isOpen = topup !== null && topup.settledAt === null
  const strange = strangeness(payment, { topup, isOpen, outcome: posting.outcome })
  if (strange) await noteStrange(tx, deps, { payment, account: account.id, strange })
  if (!isOpen || posting.outcome === 'conflict' || posting.outcome === 'unknown_account') return 'settled'
  await settleAttempt(tx, topup, { status: 'succeeded' }, now)
  await settleTopup(tx, topup, { status: 'succeeded', reason: null, now })
  await rechargeSucceeded(tx, deps, { account: account.id, topup, balance: posting.balanceAfter })
  return 'settled'
}

/** What a person should know of money that came in; null when all is as it should be. */
function strangeness(
  payment: Payment,
  { topup, isOpen, outcome }: { topup: Topup | null; isOpen: boolean; outcome: string },
): string | null {
  if (outcome === 'conflict') return 'payment_conflicts_with_its_entry'
  if (topup && payment.captured !== topup.amount) return 'payment_of_another_amount'
  if (outcome !== 'posted' || isOpen) return null
  return topup ? 'payment_after_its_topup_ended' : 'payment_of_no_known_topup'
}

async function noteStrange(
  tx: Tx,
  { log, clock, newId }: PaymentDeps,
  { payment, account, strange }: { payment: Payment; account: string; strange: string },
): Promise<void> {
  log.error({ alert: true, account, payment: payment.id, strange }, 'payment is not what it should be')
  const evidence = { captured: payment.captured.toString(), topup: payment.topup }
  await noteFinding(
    tx,
    { kind: strange, subject: payment.id, severity: 'critical', evidence, account },
    { id: newId(), now: clock.now() },
  )
}

async function follow(tx: Tx, deps: PaymentDeps, applied: Applied): Promise<PaymentState> {
  const { payment, topup } = applied
  const now = deps.clock.now()
  switch (payment.status) {
    case 'canceled':
      await settleAttempt(tx, topup, { status: 'canceled' }, now)
      await settleTopup(tx, topup, { status: 'canceled', reason: topup.reason ?? 'canceled', now })
      await updateAutoRecharge(tx, topup.account, { wakeAt: now })
      return 'settled'
    case 'requires_action':
      await keepTopupOpen(tx, topup, {
        status: 'requires_action',
        reason: 'authentication_required',
        nextCheckAt: actionDeadline(topup),
      })
      return 'waiting'
    case 'processing':
    case 'requires_capture':
      await keepTopupOpen(tx, topup, { status: 'processing', nextCheckAt: msAfter(now, PROCESSING_CHECK_MS) })
      return 'waiting'
    default:
      return await followRefusal(tx, deps, applied)
  }
}

/**
 * The last refusal that Stripe tells of is that of the open attempt when it names its card. Without an attempt it is the
 * customer's turn.
 */
async function followRefusal(tx: Tx, deps: PaymentDeps, applied: Applied): Promise<PaymentState> {
  const { payment, topup } = applied
  const attempt = await readOpenAttempt(tx, topup)
  if (!attempt) {
    await keepTopupOpen(tx, topup, { status: 'requires_action', nextCheckAt: actionDeadline(topup) })
    return 'waiting'
  }
  if (payment.decline === null || payment.decline.cardId !== attempt.cardId) return 'not_executed'
  return await declineAttempt(tx, deps, { ...applied, attempt, decline: payment.decline })
}
