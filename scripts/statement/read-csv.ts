import type { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { formatUsd, parseUsd } from '../../billing/money.ts'
import type { Statement } from '../../billing/statement.ts'
import type { HashedEntry } from '../../billing/statement-hash.ts'
import { Refused } from '../command.ts'

const COLUMNS = ['id', 'item', 'amount', 'balanceAfter', 'occurredAt', 'postedAt', 'source'] as const

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>

/** One of the two lines with a balance around the entries. */
export interface BalanceLine {
  readonly item: string
  readonly balanceAfter: string
  readonly source: string
}

/** A line of a statement's file. */
export type StatementLine = { readonly balance: BalanceLine } | { readonly entry: HashedEntry }

/** The lines of a statement's CSV file, one by one. Throws Refused, with the line, for what is no such file. */
export async function* readStatementCsv(input: Readable): AsyncGenerator<StatementLine> {
  const parser = input.pipe(parse({ columns: true, bom: true, info: true }))
  input.on('error', (error) => parser.destroy(error))
  try {
    for await (const { record, info } of parser) yield readLine(checkRow(record, info.lines), info.lines)
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')) {
      throw new Refused(`the file is no CSV: ${error.message}`)
    }
    throw error
  }
}

/** The entries of a file; its other lines go to `balances`. */
export async function* readEntries(
  lines: AsyncIterable<StatementLine>,
  balances: BalanceLine[],
): AsyncGenerator<HashedEntry> {
  for await (const line of lines) {
    if ('entry' in line) yield line.entry
    else balances.push(line.balance)
  }
}

/** What a file's lines with balances say and the statement does not. */
export function balanceFaults(
  { month, openingBalance, closingBalance, hash }: Statement,
  balances: readonly BalanceLine[],
): string[] {
  const wanted: readonly BalanceLine[] = [
    { item: 'opening_balance', balanceAfter: formatUsd(openingBalance), source: `statement/${month.month}` },
    { item: 'closing_balance', balanceAfter: formatUsd(closingBalance), source: `sha256/${hash}` },
  ]
  return wanted.flatMap(({ item, balanceAfter, source }) => {
    const line = balances.find((one) => one.item === item)
    if (!line) return [`the file has no line ${item}`]
    const isSame = line.balanceAfter === balanceAfter && line.source === source
    return isSame
      ? []
      : [
          `line ${item}: the statement says ${balanceAfter} and ${source}, the file ${line.balanceAfter} and ${line.source}`,
        ]
  })
}

function checkRow(record: unknown, line: number): Row {
  const cells = new Map(Object.entries(record ?? {}))
  const missing = COLUMNS.find((column) => typeof cells.get(column) !== 'string')
  if (missing === undefined) return record as Row
  throw new Refused(
    `line ${line}: there is no column ${missing}: fetch the statement with Accept: text/csv, and give the file as it is`,
  )
}

function readLine(row: Row, line: number): StatementLine {
  return row.id === '' ? { balance: row } : { entry: readEntry(row, line) }
}

function readEntry(row: Row, line: number): HashedEntry {
  try {
    return {
      seq: BigInt(row.id),
      item: row.item,
      amount: parseUsd(row.amount),
      balanceAfter: parseUsd(row.balanceAfter),
      occurredAt: readInstant(row.occurredAt),
      postedAt: readInstant(row.postedAt),
      source: row.source,
    }
  } catch (cause) {
    throw new Refused(`line ${line}: cannot read entry ${JSON.stringify(row.id)}`, { cause })
  }
}

function readInstant(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime()) || at.toISOString() !== text) {
    throw new RangeError(`${JSON.stringify(text)} is not an instant like 2026-03-31T17:05:09.000Z`)
  }
  return at
}
