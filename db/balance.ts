import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import { heldMicros } from './account-holds.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'
import type { AccountStatus } from './schema.ts'

export interface Balance {
  readonly balance: Micros
  /** The sum of the open holds: of now, too. */
  readonly held: Micros
  readonly currency: string
  /** Of now, also where the balance is of an earlier instant: past states are not kept. */
  readonly status: AccountStatus
}

/** An account's balance now, or after its last entry posted at or before `at`. Null when there is no such account. */
export async function readBalance(db: Db, account: string, at: Date | null): Promise<Balance | null> {
  const balance = at === null ? sql`balance_micros` : balanceAt(account, at)
  const { rows } = await sql<{ balance: bigint; held: bigint; currency: string; status: AccountStatus }>`
    select ${balance} as balance, ${heldMicros(sql.ref('id'))} as held, currency, status
    from accounts where id = ${account}`.execute(db)
  const row = rows[0]
  return row ? { ...row, balance: micros(row.balance), held: micros(row.held) } : null
}

function balanceAt(account: string, at: Date) {
  return sql`coalesce((
    select balance_after_micros from entries
    where account_id = ${account} and seq = ${lastSeqPosted(account, at, { inclusive: true })}
  ), 0)`
}
