import type { Micros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

interface StoredReturn {
  readonly account: string
  /** Stripe's. */
  readonly id: string
  readonly paymentId: string
  readonly amount: Micros
  readonly status: string
  readonly createdAt: Date
}

/** The money does not leave, or came back to us; a refund stays that way. */
export const FAILED_REFUND: readonly string[] = ['failed', 'canceled']

/** Stores a refund, or what its status is now; an older state changes nothing about one that failed. */
export async function storeRefund(tx: Tx, refund: StoredReturn): Promise<void> {
  await tx
    .insertInto('refunds')
    .values({
      account_id: refund.account,
      id: refund.id,
      payment_intent_id: refund.paymentId,
      amount_micros: refund.amount,
      status: refund.status,
      created_at: refund.createdAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'id'])
        .doUpdateSet({ status: refund.status })
        .where('refunds.status', 'not in', [...FAILED_REFUND]),
    )
    .execute()
}

/**
 * Stores a dispute, or how it stands now; says whether it was known. Of one that was closed before an older state changes
 * nothing. The account must be locked.
 */
export async function storeDispute(
  tx: Tx,
  dispute: StoredReturn & { closedAt: Date | null },
): Promise<'new' | 'open before' | 'closed before'> {
  const before = await tx
    .selectFrom('disputes')
    .select('closed_at')
    .where('account_id', '=', dispute.account)
    .where('id', '=', dispute.id)
    .executeTakeFirst()
  if (before?.closed_at) return 'closed before'
  await tx
    .insertInto('disputes')
    .values({
      account_id: dispute.account,
      id: dispute.id,
      payment_intent_id: dispute.paymentId,
      amount_micros: dispute.amount,
      status: dispute.status,
      opened_at: dispute.createdAt,
      closed_at: dispute.closedAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'id']).doUpdateSet({
        status: dispute.status,
        ...(dispute.closedAt ? { closed_at: dispute.closedAt } : {}),
      }),
    )
    .execute()
  return before ? 'open before' : 'new'
}

/** Whether a payment of the account is disputed at the moment; Stripe's inquiries that come before are no disputes. */
export async function hasOpenDispute(db: Db | Tx, account: string): Promise<boolean> {
  const row = await db
    .selectFrom('disputes')
    .select('id')
    .where('account_id', '=', account)
    .where('closed_at', 'is', null)
    .where('status', 'not like', 'warning_%')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
