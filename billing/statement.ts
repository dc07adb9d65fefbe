import { addMicros, type Micros, ZERO_MICROS } from './money.ts'
import { chainEntry, type HashedEntry, startHash } from './statement-hash.ts'
import type { StatementMonth } from './statement-month.ts'

export interface StatementTotal {
  readonly item: string
  readonly count: number
  /** Signed from the customer's side. */
  readonly amount: Micros
}

/** What a month came to. Its hash can be repeated from the export (statement-hash.ts). */
export interface Statement {
  readonly account: string
  readonly month: StatementMonth
  readonly openingBalance: Micros
  readonly closingBalance: Micros
  /** By item, in the order of their names. */
  readonly totals: readonly StatementTotal[]
  readonly count: number
  /** Null where the month has no entries. */
  readonly firstSeq: bigint | null
  readonly lastSeq: bigint | null
  /** 64 hexadecimal digits. */
  readonly hash: string
}

/** A statement in the making: `addEntry` changes it. */
export interface OpenStatement {
  readonly account: string
  readonly month: StatementMonth
  readonly openingBalance: Micros
  readonly totals: Map<string, StatementTotal>
  balance: Micros
  firstSeq: bigint | null
  /** Of the newest entry, before the first one that of the newest before the month. */
  lastSeq: bigint
  hash: string
}

/** Entries that do not continue one another, or an entry of another month; the message names it. */
export class StatementFault extends Error {
  override name = 'StatementFault'
}

/** Begins the statement of a month; the entries are then handed in one by one, so that a million of them need no room. */
export function startStatement({
  account,
  month,
  openingBalance,
  seqBefore,
}: {
  readonly account: string
  readonly month: StatementMonth
  /** After the account's last entry before the month; zero without any. */
  readonly openingBalance: Micros
  /** Of that entry; 0n without any. */
  readonly seqBefore: bigint
}): OpenStatement {
  return {
    account,
    month,
    openingBalance,
    totals: new Map(),
    balance: openingBalance,
    firstSeq: null,
    lastSeq: seqBefore,
    hash: startHash({ account, month: month.month, timeZone: month.timeZone, openingBalance }),
  }
}

/** Adds the account's next entry. Throws a StatementFault where it does not continue the one before. */
export function addEntry(statement: OpenStatement, entry: HashedEntry): void {
  const fault = faultOf(statement, entry)
  if (fault) throw new StatementFault(`entry ${entry.seq} of account ${statement.account}: ${fault}`)
  const total = statement.totals.get(entry.item)
  statement.totals.set(entry.item, {
    item: entry.item,
    count: (total?.count ?? 0) + 1,
    amount: addMicros(total?.amount ?? ZERO_MICROS, entry.amount),
  })
  statement.balance = entry.balanceAfter
  statement.firstSeq ??= entry.seq
  statement.lastSeq = entry.seq
  statement.hash = chainEntry(statement.hash, entry)
}

export function finishStatement(statement: OpenStatement): Statement {
  const totals = [...statement.totals.values()].toSorted((a, b) => (a.item < b.item ? -1 : 1))
  return {
    account: statement.account,
    month: statement.month,
    openingBalance: statement.openingBalance,
    closingBalance: statement.balance,
    totals,
    count: totals.reduce((sum, { count }) => sum + count, 0),
    firstSeq: statement.firstSeq,
    lastSeq: statement.firstSeq === null ? null : statement.lastSeq,
    hash: statement.hash,
  }
}

function faultOf({ month, balance, lastSeq }: OpenStatement, entry: HashedEntry): string | null {
  const { seq, postedAt } = entry
  if (seq !== lastSeq + 1n) return `the entry after ${lastSeq} is missing`
  if (entry.balanceAfter !== balance + entry.amount)
    return 'its balance is not the one before plus its amount'
  if (postedAt < month.from || postedAt >= month.to) {
    return `posted at ${postedAt.toISOString()}, which is not in ${month.month} of ${month.timeZone}`
  }
  return null
}
