import type { ManualTopup } from '../billing/manual-topup.ts'
import { micros } from '../billing/money.ts'
import type { Tx } from './transaction.ts'

const LOOK_BACK_MS = 86_400_000

/** The payments by hand of the last 24 hours; those that were cancelled cost and prove nothing. */
export async function readManualTopups(tx: Tx, account: string, now: Date): Promise<ManualTopup[]> {
  const rows = await tx
    .selectFrom('topups')
    .select(['created_at', 'amount_micros', 'status'])
    .where('account_id', '=', account)
    .where('origin', '=', 'manual')
    .where('status', '<>', 'canceled')
    .where('created_at', '>', new Date(now.getTime() - LOOK_BACK_MS))
    .execute()
  return rows.map((row) => ({
    createdAt: row.created_at,
    amount: micros(row.amount_micros),
    failed: row.status === 'failed',
  }))
}
