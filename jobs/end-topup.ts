import { updateAutoRecharge } from '../db/auto-recharge.ts'
import { noteFinding } from '../db/findings.ts'
import { lockAccount } from '../db/lock-account.ts'
import { readOpenAttempt, settleAttempt } from '../db/topup-attempts.ts'
import { keepTopupOpen, settleTopup, type Topup, type TopupKey } from '../db/topups.ts'
import { inTransaction } from '../db/transaction.ts'
import { declineAttempt } from './decline-attempt.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'

const LOOK_AGAIN_MS = 3_600_000

/** Ends a top-up for which nothing can have been charged: its payment was never made. */
export async function cancelTopup(
  { db, clock }: PaymentDeps,
  topup: TopupKey,
  reason: string,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockAccount(tx, topup.account)
    const now = clock.now()
    await settleAttempt(tx, topup, { status: 'canceled' }, now)
    await settleTopup(tx, topup, { status: 'canceled', reason, now })
    await updateAutoRecharge(tx, topup.account, { wakeAt: now })
  })
}

/**
 * Stripe refuses the request itself: the card is gone, for example. It is a decline that asks for another card. A key that
 * Stripe knows with other parameters is a fault of ours, and says nothing of what was charged under it.
 */
export async function refuseAttempt(
  deps: PaymentDeps,
  topup: Topup,
  { code, message }: { code: string; message: string },
): Promise<void> {
  deps.log.error({ alert: true, topup: topup.id, code }, 'Stripe refuses a request for a top-up')
  await inTransaction(deps.db, async (tx) => {
    const now = deps.clock.now()
    const account = await lockAccount(tx, topup.account)
    const attempt = await readOpenAttempt(tx, topup)
    if (!account || !attempt) return
    await noteFinding(
      tx,
      {
        kind: 'request_refused',
        subject: topup.id,
        severity: 'critical',
        evidence: { code, message },
        account: topup.account,
      },
      { id: deps.newId(), now },
    )
    if (code === 'idempotency_error') {
      await keepTopupOpen(tx, topup, { status: 'unknown', nextCheckAt: msAfter(now, LOOK_AGAIN_MS) })
      return
    }
    const nothing = {
      declineCode: null,
      adviceCode: null,
      networkAdviceCode: null,
      outcomeType: null,
      brand: null,
    }
    const decline = { ...nothing, code, cardId: attempt.cardId }
    await declineAttempt(tx, deps, { account, topup, attempt, decline })
  })
}
