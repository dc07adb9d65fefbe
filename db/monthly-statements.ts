import { sql } from 'kysely'
import { type Micros, micros, ZERO_MICROS } from '../billing/money.ts'
import {
  addEntry,
  finishStatement,
  type Statement,
  StatementFault,
  startStatement,
} from '../billing/statement.ts'
import type { HashedEntry } from '../billing/statement-hash.ts'
import type { StatementMonth } from '../billing/statement-month.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'

const PAGE_ENTRIES = 5_000

/** Where a month lies among an account's entries. */
export interface MonthBounds {
  /** After the account's last entry before the month; zero without any. */
  readonly openingBalance: Micros
  /** Of that entry; 0n without any. */
  readonly seqBefore: bigint
  /** Of the month's last entry; `seqBefore` where the month has none. */
  readonly lastSeq: bigint
}

/**
 * An account's statement of a month, made from the ledger: its entries are read page by page, so that a million of them
 * need no room. Throws a StatementFault where they do not continue one another, and an Error for an unknown account.
 */
export async function makeStatement(db: Db, account: string, month: StatementMonth): Promise<Statement> {
  const bounds = await readMonthBounds(db, account, month)
  const statement = startStatement({ account, month, ...bounds })
  for await (const entry of readMonthEntries(db, account, bounds)) addEntry(statement, entry)
  return finishStatement(statement)
}

/** Throws a StatementFault where an entry is missing that the search goes by, and an Error where there is no such account. */
export async function readMonthBounds(
  db: Db,
  account: string,
  { from, to }: Pick<StatementMonth, 'from' | 'to'>,
): Promise<MonthBounds> {
  const { rows } = await sql<BoundsRow>`
    select b.seq_before, b.last_seq, e.balance_after_micros as opening_micros
    from (
      select ${lastSeqPosted(account, from, { inclusive: false })} as seq_before,
        ${lastSeqPosted(account, to, { inclusive: false })} as last_seq
      from accounts where id = ${account}
    ) as b
      left join entries e on e.account_id = ${account} and e.seq = b.seq_before`.execute(db)
  const row = rows[0]
  if (!row) throw new Error(`there is no account ${account}`)
  const { seq_before: seqBefore, last_seq: lastSeq, opening_micros: opening } = row
  const isBroken = seqBefore === null || lastSeq === null || (seqBefore > 0n && opening === null)
  if (isBroken) throw new StatementFault(`account ${account}: its entries are not numbered without a gap`)
  return { openingBalance: opening === null ? ZERO_MICROS : micros(opening), seqBefore, lastSeq }
}

interface BoundsRow {
  /** Null where the search met a gap. */
  readonly seq_before: bigint | null
  readonly last_seq: bigint | null
  readonly opening_micros: bigint | null
}

/** The entries of a month by ascending seq, with what the statement's hash covers. */
export async function* readMonthEntries(
  db: Db,
  account: string,
  { seqBefore, lastSeq }: Pick<MonthBounds, 'seqBefore' | 'lastSeq'>,
): AsyncGenerator<HashedEntry> {
  let after = seqBefore
  for (;;) {
    const rows = await db
      .selectFrom('entries')
      .select(['seq', 'item', 'amount_micros', 'balance_after_micros', 'occurred_at', 'posted_at', 'source'])
      .where('account_id', '=', account)
      .where('seq', '>', after)
      .where('seq', '<=', lastSeq)
      .orderBy('seq')
      .limit(PAGE_ENTRIES)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    for (const row of rows) {
      yield {
        seq: row.seq,
        item: row.item,
        amount: micros(row.amount_micros),
        balanceAfter: micros(row.balance_after_micros),
        occurredAt: row.occurred_at,
        postedAt: row.posted_at,
        source: row.source,
      }
    }
    after = last.seq
  }
}
