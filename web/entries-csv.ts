import type { Db } from '../db/connect.ts'
import { readStatement, type StatementEntry, type StatementQuery } from '../db/statement.ts'
import { type CsvCell, csvLine } from './csv-line.ts'
import { type ExplainedEntry, explainEntries } from './explain-entries.ts'

const PAGE_ENTRIES = 1_000

/**
 * The entries of a query as the text of a CSV file, page by page; `limit` may be Infinity. Null when there is no such
 * account. Entries posted while it is read are left out: they come before the first page.
 */
export async function entriesCsv(db: Db, query: StatementQuery): Promise<AsyncIterable<string> | null> {
  const first = await readStatement(db, { ...query, limit: Math.min(query.limit, PAGE_ENTRIES) })
  return first && writePages(db, query, first)
}

async function* writePages(
  db: Db,
  query: StatementQuery,
  first: readonly StatementEntry[],
): AsyncGenerator<string> {
  yield csvLine(Object.keys(ENTRY_COLUMNS))
  let page = first
  let left = query.limit
  while (page.length > 0) {
    const explained = await explainEntries(db, page)
    yield explained.map((entry) => entryLine(entry)).join('')
    left -= page.length
    const limit = Math.min(left, PAGE_ENTRIES)
    page = limit > 0 ? await readPageAfter(db, { ...query, limit }, page) : []
  }
}

async function readPageAfter(
  db: Db,
  query: StatementQuery,
  page: readonly StatementEntry[],
): Promise<readonly StatementEntry[]> {
  const last = page.at(-1)
  return (last && (await readStatement(db, { ...query, beforeSeq: last.seq }))) ?? []
}

/** An entry's line of the file, in the order of `ENTRY_COLUMNS`. */
export function entryLine(entry: ExplainedEntry): string {
  return csvLine(Object.values(ENTRY_COLUMNS).map((cell) => cell(entry)))
}

/** The columns of a file of entries, by their headings. */
export const ENTRY_COLUMNS: Readonly<Record<string, (entry: ExplainedEntry) => CsvCell>> = {
  id: ({ id }) => id,
  item: ({ item }) => item,
  kind: ({ kind }) => kind,
  amount: ({ amount }) => ({ number: amount }),
  balanceAfter: ({ balanceAfter }) => ({ number: balanceAfter }),
  occurredAt: ({ occurredAt }) => occurredAt,
  postedAt: ({ postedAt }) => postedAt,
  source: ({ source }) => source,
  description: ({ description }) => description,
  from: ({ from }) => from,
  to: ({ to }) => to,
  callId: ({ callId }) => callId,
  steps: ({ steps }) => steps.join('; '),
  tags: ({ tags }) => JSON.stringify(tags),
}
