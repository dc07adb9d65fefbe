import { type Micros, micros, negateMicros } from '../billing/money.ts'
import type { StripeRefund } from '../clients/stripe-return.ts'
import { lockAccount } from '../db/lock-account.ts'
import { type Posting, postEntry } from '../db/post-entry.ts'
import { FAILED_REFUND, storeRefund } from '../db/returns.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { accountOfPayment } from './account-of-payment.ts'
import { noteConflict } from './note-conflict.ts'
import type { PaymentDeps } from './payment-deps.ts'

/**
 * Takes a refund into the ledger, wherever it was made: the credit goes when the refund is made, and comes back if it
 * fails. Each of the two is posted once, so that it may be applied any number of times and in any order.
 */
export async function applyRefund(deps: PaymentDeps, refund: StripeRefund): Promise<string> {
  const { paymentId } = refund
  const account = paymentId === null ? null : await accountOfPayment(deps, paymentId)
  if (account === null || paymentId === null) return 'foreign'
  return await inTransaction(deps.db, async (tx) => {
    const now = deps.clock.now()
    await lockAccount(tx, account)
    await storeRefund(tx, { account, ...refund, paymentId })
    const movement = { account, refund, now }
    const taken = await post(tx, {
      ...movement,
      source: `refund/${refund.id}`,
      amount: negateMicros(refund.amount),
    })
    const restored = FAILED_REFUND.includes(refund.status)
      ? await post(tx, { ...movement, source: `refund/${refund.id}/failed`, amount: micros(refund.amount) })
      : null
    for (const posting of [taken, restored]) {
      if (posting?.outcome === 'conflict') await noteConflict(tx, deps, { account, subject: refund.id })
    }
    const moved = [taken, restored].some((posting) => posting?.outcome === 'posted')
    return moved ? 'settled' : 'unchanged'
  })
}

async function post(
  tx: Tx,
  { account, source, amount, now }: { account: string; source: string; amount: Micros; now: Date },
): Promise<Posting> {
  const entry = { account, item: 'refund', contra: 'clearing:stripe', amount, source } as const
  return await postEntry(tx, { ...entry, occurredAt: now, note: null }, now)
}
