import { sql } from 'kysely'
import type { Tx } from './transaction.ts'

/** Up to where the entries of an account are proved, and the balance after them. */
export interface Checkpoint {
  readonly account: string
  readonly seq: bigint
  readonly balance: bigint
}

export async function storeCheckpoints(tx: Tx, checkpoints: readonly Checkpoint[], now: Date): Promise<void> {
  await sql`
    insert into ledger_checkpoints (account_id, seq, balance_micros, checked_at)
    select account_id, seq, balance_micros, ${now}::timestamptz from unnest(
      ${checkpoints.map(({ account }) => account)}::text[], ${checkpoints.map(({ seq }) => seq)}::bigint[],
      ${checkpoints.map(({ balance }) => balance)}::bigint[]) as proved (account_id, seq, balance_micros)
    order by account_id
    on conflict (account_id) do update set seq = excluded.seq, balance_micros = excluded.balance_micros,
      checked_at = excluded.checked_at`.execute(tx)
}

/** The next accounts after one, in the order of their ids. */
export async function listAccountsAfter(tx: Tx, after: string, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('accounts')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
