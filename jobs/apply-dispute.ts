import { type Micros, negateMicros, ZERO_MICROS } from '../billing/money.ts'
import type { StripeDispute } from '../clients/stripe-return.ts'
import { reactivateAfterDispute, suspendForDispute } from '../db/account-status.ts'
import { pauseAutoRecharge } from '../db/auto-recharge.ts'
import { noteFinding } from '../db/findings.ts'
import { lockAccount } from '../db/lock-account.ts'
import { postEntry } from '../db/post-entry.ts'
import { hasOpenDispute, storeDispute } from '../db/returns.ts'
import { wakeServiceStates } from '../db/service-wakes.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { accountOfPayment } from './account-of-payment.ts'
import { noteConflict } from './note-conflict.ts'
import type { PaymentDeps } from './payment-deps.ts'

const CLOSED = new Set(['won', 'lost', 'warning_closed', 'prevented'])

/**
 * Takes a dispute into the ledger: what was withdrawn, and what came back, each once. While one is open the account is
 * suspended and auto-recharge is paused; the account comes back when the last of its disputes was won, the recharge when
 * the customer or an operator turns it on again. It is the same when a dispute is heard of only after it was closed.
 */
export async function applyDispute(deps: PaymentDeps, dispute: StripeDispute): Promise<string> {
  const { paymentId } = dispute
  const account = paymentId === null ? null : await accountOfPayment(deps, paymentId)
  if (account === null || paymentId === null) return 'foreign'
  return await inTransaction(deps.db, async (tx) => {
    const now = deps.clock.now()
    await lockAccount(tx, account)
    const closedAt = CLOSED.has(dispute.status) ? now : null
    const known = await storeDispute(tx, { account, ...dispute, paymentId, closedAt })
    const out = { source: `dispute/${dispute.id}/withdrawn`, amount: negateMicros(dispute.withdrawn) }
    const back = { source: `dispute/${dispute.id}/reinstated`, amount: dispute.reinstated }
    const moved = [await post(tx, deps, { account, ...out }), await post(tx, deps, { account, ...back })]
    const outcome = moved.includes(true) ? 'settled' : 'unchanged'
    if (known === 'closed before') return outcome
    if ((closedAt === null || known === 'new') && isDispute(dispute))
      await hold(tx, deps, { account, dispute })
    const isOver = closedAt !== null && dispute.status !== 'lost'
    if (isOver && !(await hasOpenDispute(tx, account))) await reactivateAfterDispute(tx, account)
    await wakeServiceStates(tx, [account], now)
    return outcome
  })
}

async function post(
  tx: Tx,
  deps: PaymentDeps,
  { account, source, amount }: { account: string; source: string; amount: Micros },
): Promise<boolean> {
  if (amount === ZERO_MICROS) return false
  const now = deps.clock.now()
  const entry = { account, item: 'dispute', contra: 'clearing:stripe', amount, source } as const
  const posting = await postEntry(tx, { ...entry, occurredAt: now, note: null }, now)
  if (posting.outcome === 'conflict') await noteConflict(tx, deps, { account, subject: source })
  return posting.outcome === 'posted'
}

/** Not a question that comes before one, nor one that was prevented: those move no money. */
function isDispute({ status }: StripeDispute): boolean {
  return !status.startsWith('warning_') && status !== 'prevented'
}

async function hold(
  tx: Tx,
  { clock, newId, log }: PaymentDeps,
  { account, dispute }: { account: string; dispute: StripeDispute },
): Promise<void> {
  const now = clock.now()
  await suspendForDispute(tx, account)
  await pauseAutoRecharge(tx, { account, reason: 'dispute', switchOff: false }, now)
  const evidence = { amountMicros: dispute.amount.toString(), payment: dispute.paymentId }
  const finding = { kind: 'dispute', subject: dispute.id, severity: 'critical', evidence, account } as const
  if (await noteFinding(tx, finding, { id: newId(), now })) {
    log.error({ alert: true, account, dispute: dispute.id }, 'a payment is disputed')
  }
}
