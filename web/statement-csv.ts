import { formatUsd } from '../billing/money.ts'
import type { Db } from '../db/connect.ts'
import type { MadeStatement } from '../db/monthly-statements-made.ts'
import { readStatement } from '../db/statement.ts'
import { type CsvCell, csvLine } from './csv-line.ts'
import { ENTRY_COLUMNS, entryLine } from './entries-csv.ts'
import { explainEntries } from './explain-entries.ts'

const PAGE_ENTRIES = 1_000n

/**
 * A statement as the text of a CSV file: the columns of the entries' file, a line with the opening balance, the month's
 * entries oldest first, and a line with the closing balance and the hash. Entries are read page by page.
 */
export async function* statementCsv(db: Db, statement: MadeStatement): AsyncGenerator<string> {
  yield csvLine(Object.keys(ENTRY_COLUMNS))
  yield openingLine(statement)
  for await (const lines of entryLines(db, statement)) yield lines
  yield closingLine(statement)
}

/** An account's entries have no gap, so that a page oldest first is a page newest first of so many, turned round. */
async function* entryLines(
  db: Db,
  { account, firstSeq, lastSeq }: Pick<MadeStatement, 'account' | 'firstSeq' | 'lastSeq'>,
): AsyncGenerator<string> {
  if (firstSeq === null || lastSeq === null) return
  const wanted = { show: 'all', item: null, number: null, callId: null } as const
  const query = { account, from: null, to: null, ...wanted }
  for (let seq = firstSeq; seq <= lastSeq; seq += PAGE_ENTRIES) {
    const left = lastSeq - seq + 1n
    const count = left < PAGE_ENTRIES ? left : PAGE_ENTRIES
    const page = await readStatement(db, { ...query, beforeSeq: seq + count, limit: Number(count) })
    const explained = await explainEntries(db, (page ?? []).toReversed())
    yield explained.map(entryLine).join('')
  }
}

function openingLine({ account, month, openingBalance }: MadeStatement): string {
  const at = month.from.toISOString()
  return balanceLine({
    item: 'opening_balance',
    balanceAfter: { number: formatUsd(openingBalance) },
    occurredAt: at,
    postedAt: at,
    source: `statement/${month.month}`,
    description: `${account} ${month.month} ${month.timeZone}`,
  })
}

function closingLine({ month, closingBalance, count, hash }: MadeStatement): string {
  const at = month.to.toISOString()
  return balanceLine({
    item: 'closing_balance',
    balanceAfter: { number: formatUsd(closingBalance) },
    occurredAt: at,
    postedAt: at,
    source: `sha256/${hash}`,
    description: count === 1 ? '1 entry' : `${count} entries`,
  })
}

function balanceLine(cells: Readonly<Record<string, CsvCell>>): string {
  return csvLine(Object.keys(ENTRY_COLUMNS).map((column) => cells[column] ?? null))
}
