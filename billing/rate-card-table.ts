import { CsvError, parse } from 'csv-parse/sync'
import type { CardFinding } from './card-finding.ts'
import { RATE_COLUMNS, type RateColumn, type ReadCell } from './rate-row.ts'

export interface TableRow {
  /** Line on which the row starts. */
  readonly line: number
  readonly cell: ReadCell
}

/** Reads the rows of a rate card file with every fault of its form: bytes that are not UTF-8, quotes, header, number of
 *  fields. A byte order mark and empty lines are skipped. After a broken quote nothing more can be read. */
export function readCardTable(bytes: Uint8Array): { rows: TableRow[]; faults: CardFinding[] } {
  const { text, faults } = decode(bytes)
  const { lines, fault } = readCsv(text)
  if (fault) faults.push(fault)
  const [header, ...dataLines] = lines
  if (!header && !fault) faults.push({ line: 1, column: null, message: 'the file has no header line' })
  if (!header) return { rows: [], faults }
  faults.push(...headerFaults(header))
  if (!header.fields.includes('item')) return { rows: [], faults }

  const fieldOf = new Map(header.fields.map((column, index) => [column, index]))
  const rows: TableRow[] = []
  for (const { line, fields } of dataLines) {
    if (fields.length === header.fields.length) {
      rows.push({ line, cell: (column: RateColumn) => fields[fieldOf.get(column) ?? fields.length] ?? '' })
    } else {
      const message = `has ${fields.length} fields where the header has ${header.fields.length}`
      faults.push({ line, column: null, message })
    }
  }
  return { rows, faults }
}

interface CsvLine {
  readonly line: number
  readonly fields: readonly string[]
}

/** Line ends become LF, so that the parser counts those inside quotes once. */
function readCsv(text: string): { lines: CsvLine[]; fault: CardFinding | null } {
  const lines: CsvLine[] = []
  const end = { lines: 0, emptyLines: 0 }
  const startOf = (emptyLines: number) => end.lines + 1 + emptyLines - end.emptyLines
  try {
    parse(text.replaceAll('\r\n', '\n'), {
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      on_record(fields: string[], context) {
        lines.push({ line: startOf(context.empty_lines), fields })
        end.lines = context.lines
        end.emptyLines = context.empty_lines
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { empty_lines: emptyLines } = error
    return { lines, fault: quoteFault(error, startOf(Number(emptyLines))) }
  }
  return { lines, fault: null }
}

function quoteFault(error: CsvError, rowStart: number): CardFinding {
  const { code, lines } = error
  const rest = 'what follows was not read'
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return { line: rowStart, column: null, message: `opens a quote that is never closed; ${rest}` }
  }
  const message = `has a quote inside a field: quote the whole field and double the quote (RFC 4180); ${rest}`
  return { line: Number(lines), column: null, message }
}

function headerFaults({ line, fields }: CsvLine): CardFinding[] {
  const faults: CardFinding[] = []
  const known: readonly string[] = RATE_COLUMNS
  const unknown = `unknown column; known are ${known.join(', ')}`
  for (const [index, column] of fields.entries()) {
    if (!known.includes(column)) faults.push({ line, column, message: unknown })
    if (fields.indexOf(column) < index) faults.push({ line, column, message: 'the column is there twice' })
  }
  if (!fields.includes('item')) faults.push({ line, column: 'item', message: 'the column is missing' })
  return faults
}

/** Decodes UTF-8. Lines with other bytes are faults; they are read on with replacement characters. */
function decode(bytes: Uint8Array): { text: string; faults: CardFinding[] } {
  const text = decodeStrictly(bytes)
  if (text !== null) return { text, faults: [] }
  const faults: CardFinding[] = []
  let start = 0
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(LINE_FEED, start)
    const end = newline < 0 ? bytes.length : newline
    if (decodeStrictly(bytes.subarray(start, end)) === null) {
      faults.push({ line, column: null, message: 'is not valid UTF-8' })
    }
    start = end + 1
  }
  return { text: new TextDecoder().decode(bytes), faults }
}

const LINE_FEED = 10

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
