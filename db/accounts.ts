import { sql } from 'kysely'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import type { AccountStatus } from './schema.ts'
import type { Tx } from './transaction.ts'

export interface NewAccount {
  readonly id: string
  /** IANA name. */
  readonly timeZone: string
}

/** Opens an account with an empty balance and auto-recharge off; false when its id is taken. */
export async function createAccount(db: Db | Tx, account: NewAccount, now: Date): Promise<boolean> {
  const { rows } = await sql`
    with opened as (
      insert into accounts (id, time_zone, created_at) values (${account.id}, ${account.timeZone}, ${now})
      on conflict do nothing returning id
    ),
    in_service as (
      insert into service_states (account_id, since) select id, ${now} from opened
    )
    insert into auto_recharges (account_id, updated_at) select id, ${now} from opened returning account_id`.execute(
    db,
  )
  return rows.length === 1
}

/** The status of each given account that exists. */
export async function accountStatuses(
  db: Db | Tx,
  ids: readonly string[],
): Promise<Map<string, AccountStatus>> {
  const rows = await db
    .selectFrom('accounts')
    .select(['id', 'status'])
    .where('id', '=', sql<string>`any(${arrayLiteral(ids)}::text[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row.status]))
}

/** Where an account is: its zone, an IANA name, and its currency; null when there is no such account. */
export async function readAccountPlace(
  db: Db,
  id: string,
): Promise<{ timeZone: string; currency: string } | null> {
  const row = await db
    .selectFrom('accounts')
    .select(['time_zone', 'currency'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { timeZone: row.time_zone, currency: row.currency } : null
}

/**
 * Notes that an account's credit is below its recharge threshold; cleared when it is not. Returns whether it is below.
 */
export async function noteRechargeNeed(tx: Tx, account: string, now: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('accounts')
    .select(['balance_micros', 'recharge_threshold_micros', 'recharge_needed_at'])
    .where('id', '=', account)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  const below = row.balance_micros < row.recharge_threshold_micros
  const neededAt = below ? (row.recharge_needed_at ?? now) : null
  await tx.updateTable('accounts').set({ recharge_needed_at: neededAt }).where('id', '=', account).execute()
  return below
}
