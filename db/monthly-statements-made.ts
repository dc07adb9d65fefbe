import { type Selectable, sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { Statement, StatementTotal } from '../billing/statement.ts'
import type { Db } from './connect.ts'
import type { Database } from './schema.ts'
import type { Tx } from './transaction.ts'

/** A statement that was made, and when. */
export interface MadeStatement extends Statement {
  readonly madeAt: Date
}

/** Keeps a statement. Made once, it never changes: false when the account has one of that month already. */
export async function storeStatement(tx: Tx, statement: Statement, now: Date): Promise<boolean> {
  const { month, totals } = statement
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('statements')
    .values({
      account_id: statement.account,
      month: month.month,
      time_zone: month.timeZone,
      starts_at: month.from,
      ends_at: month.to,
      first_seq: statement.firstSeq,
      last_seq: statement.lastSeq,
      opening_micros: statement.openingBalance,
      closing_micros: statement.closingBalance,
      totals: JSON.stringify(totals.map(toStoredTotal)),
      entries: BigInt(statement.count),
      entries_sha256: statement.hash,
      made_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** An account's statements, the newest first; empty for an unknown account. */
export async function listStatements(db: Db, account: string): Promise<MadeStatement[]> {
  const rows = await db
    .selectFrom('statements')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('month', 'desc')
    .execute()
  return rows.map(toStatement)
}

/** The statement of a month such as `2026-03`; null where none was made. */
export async function readMadeStatement(
  db: Db,
  { account, month }: { account: string; month: string },
): Promise<MadeStatement | null> {
  const row = await db
    .selectFrom('statements')
    .selectAll()
    .where('account_id', '=', account)
    .where('month', '=', month)
    .executeTakeFirst()
  return row ? toStatement(row) : null
}

/** An account that has entries to be put on statements. */
export interface StatementAccount {
  readonly id: string
  readonly timeZone: string
  readonly openedAt: Date
}

/** A page of the accounts in some time zones, by id after `afterId`. */
export async function listStatementAccounts(
  db: Db,
  page: { timeZones: readonly string[]; afterId: string; limit: number },
): Promise<StatementAccount[]> {
  if (page.timeZones.length === 0) return []
  return await db
    .selectFrom('accounts')
    .select(['id', 'time_zone as timeZone', 'created_at as openedAt'])
    .where('id', '>', page.afterId)
    .where('time_zone', 'in', page.timeZones)
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

/** The time zones that accounts have. */
export async function listTimeZones(db: Db): Promise<string[]> {
  const { rows } = await sql<{ time_zone: string }>`
    select distinct time_zone from accounts order by time_zone`.execute(db)
  return rows.map((row) => row.time_zone)
}

interface StoredTotal {
  readonly item: string
  readonly count: number
  readonly amountMicros: string
}

function toStoredTotal({ item, count, amount }: StatementTotal): StoredTotal {
  return { item, count, amountMicros: amount.toString() }
}

function toStatement(row: Selectable<Database['statements']>): MadeStatement {
  return {
    account: row.account_id,
    month: { month: row.month, timeZone: row.time_zone, from: row.starts_at, to: row.ends_at },
    openingBalance: micros(row.opening_micros),
    closingBalance: micros(row.closing_micros),
    totals: (row.totals as StoredTotal[]).map(toTotal),
    count: Number(row.entries),
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    hash: row.entries_sha256,
    madeAt: row.made_at,
  }
}

function toTotal({ item, count, amountMicros }: StoredTotal): {
  item: string
  count: number
  amount: Micros
} {
  return { item, count, amount: micros(BigInt(amountMicros)) }
}
