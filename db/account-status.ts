import type { Tx } from './transaction.ts'

const DISPUTE = 'dispute'

/** Suspends an active account because a payment of it is disputed. */
export async function suspendForDispute(tx: Tx, account: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ status: 'suspended', status_reason: DISPUTE })
    .where('id', '=', account)
    .where('status', '=', 'active')
    .execute()
}

/** Takes back a suspension that a dispute was the reason for, and no other. */
export async function reactivateAfterDispute(tx: Tx, account: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ status: 'active', status_reason: null })
    .where('id', '=', account)
    .where('status', '=', 'suspended')
    .where('status_reason', '=', DISPUTE)
    .execute()
}
