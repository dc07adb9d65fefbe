import type { Tx } from './transaction.ts'

/** The number that a usage record of this id bought for its account; null where there is no such record. */
export async function readPurchase(
  tx: Tx,
  { account, id }: { account: string; id: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom('usage_records')
    .select('to_number')
    .where('account_id', '=', account)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.to_number ?? null
}
