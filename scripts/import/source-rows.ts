import { type AsteriskSource, parseAsteriskRow } from '../../billing/cdr/asterisk.ts'
import type { CdrResult } from '../../billing/cdr/cdr-row.ts'
import { splitCsvLine } from '../../billing/cdr/csv-line.ts'
import { type FreeswitchSource, parseFreeswitchCdr } from '../../billing/cdr/freeswitch.ts'
import { parseTwilioResource } from '../../billing/cdr/twilio.ts'
import { type Line, LineSplitter } from '../../billing/line-splitter.ts'
import { JsonSplitter } from './json-splitter.ts'

export type UsageSource =
  | { readonly format: 'ndjson' }
  | ({ readonly format: 'asterisk' } & AsteriskSource)
  | ({ readonly format: 'freeswitch' } & FreeswitchSource)
  | { readonly format: 'twilio'; readonly account: string }

export interface SourceRow {
  /** Where the row begins, from 1. */
  readonly line: number
  readonly result: RowResult
}

/** What a row means. Usage records in NDJSON pass as they are: whoever charges them checks them. */
export type RowResult = CdrResult | { readonly record: unknown }

/** No record of any switch comes near it. */
const ROW_BYTES_MAX = 1_048_576

/** Reads a file's rows one by one, and holds one chunk and one row of it. */
export async function* sourceRows(
  chunks: AsyncIterable<Uint8Array>,
  source: UsageSource,
): AsyncGenerator<SourceRow> {
  const { splitter, read } = readerOf(source)
  for await (const chunk of chunks) {
    for (const piece of splitter.push(chunk)) yield* rowOf(piece, read)
  }
  for (const piece of splitter.end()) yield* rowOf(piece, read)
}

interface Reader {
  readonly splitter: { push(chunk: Uint8Array): Line[]; end(): Line[] }
  readonly read: (text: string) => RowResult
}

function readerOf(source: UsageSource): Reader {
  switch (source.format) {
    case 'ndjson':
      return { splitter: lines(), read: (text) => readJson(text, (record) => ({ record })) }
    case 'asterisk':
      return {
        splitter: latin1Lines(),
        read: (text) => readCsv(text, (row) => parseAsteriskRow(row, source)),
      }
    case 'freeswitch':
      return { splitter: objects(), read: (text) => readJson(text, (cdr) => parseFreeswitchCdr(cdr, source)) }
    case 'twilio':
      return { splitter: objects(), read: (text) => readJson(text, (it) => parseTwilioResource(it, source)) }
  }
}

function lines(): LineSplitter {
  return new LineSplitter({ maxBytes: ROW_BYTES_MAX })
}

function objects(): JsonSplitter {
  return new JsonSplitter({ maxBytes: ROW_BYTES_MAX })
}

/** Asterisk writes callers' names in whatever encoding they came in, and no value that is read here goes beyond ASCII. */
function latin1Lines(): Reader['splitter'] {
  const splitter = lines()
  return {
    push: (chunk) => splitter.push(Buffer.from(Buffer.from(chunk).toString('latin1'))),
    end: () => splitter.end(),
  }
}

function* rowOf(piece: Line, read: (text: string) => RowResult): Generator<SourceRow> {
  const line = piece.number
  if ('fault' in piece) yield { line, result: faulty(piece.fault) }
  else if (piece.text.trim() !== '') yield { line, result: read(piece.text) }
}

function readJson(text: string, read: (value: unknown) => RowResult): RowResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return faulty('not valid JSON')
  }
  return read(value)
}

function readCsv(text: string, read: (row: string[]) => RowResult): RowResult {
  const row = splitCsvLine(text)
  return row ? read(row) : faulty('a quote is not closed, or stands inside a bare value')
}

function faulty(message: string): RowResult {
  return { fault: { field: 'row', message } }
}
