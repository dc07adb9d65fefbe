import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'
import type { Tx } from './transaction.ts'

/** What the usage of an account cost within a time. Renewals, payments and corrections are no part of it. */
export interface UsageSpend {
  readonly amount: Micros
  /** When the first usage that was charged in that time began; null where none was. */
  readonly firstAt: Date | null
}

/**
 * What was charged for an account's usage since an instant, by the time of posting: the difference of two balances, less
 * what moved it that is not usage, so that it costs the same however much usage there was.
 */
export async function readUsageSpend(
  db: Db | Tx,
  { account, since }: { account: string; since: Date },
): Promise<UsageSpend> {
  // OFFSET 0 keeps each look-up on its own index: one that is small however large the ledger is.
  const { rows } = await sql<{ amount: bigint; first_at: Date | null }>`
    with bounds as materialized (
      select ${lastSeqPosted(account, since, { inclusive: true })} as low, entry_seq as high, balance_micros
      from accounts where id = ${account}
    )
    select (
        coalesce((select balance_after_micros from entries where account_id = ${account} and seq = low), 0)
        - balance_micros
        + coalesce((
            select sum(amount_micros) from (
              select seq, amount_micros from entries
              where account_id = ${account} and source not like 'usage/%' offset 0
            ) as others where seq > low
          ), 0)
      )::bigint as amount,
      (select occurred_at from entries
       where account_id = ${account} and seq > low and source like 'usage/%' order by seq limit 1) as first_at
    from bounds`.execute(db)
  const row = rows[0]
  if (!row) throw new Error(`there is no account ${account}`)
  return { amount: micros(row.amount), firstAt: row.first_at }
}
