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
  yield csvLine(Object.keys(COLUMNS))
  let page = first
  let left = query.limit
  while (page.length > 0) {
    const explained = await explainEntries(db, page)
    yield explained.map((entry) => csvLine(Object.values(COLUMNS).map((cell) => cell(entry)))).join('')
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

const COLUMNS: Readonly<Record<string, (entry: ExplainedEntry) => CsvCell>> = {
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
