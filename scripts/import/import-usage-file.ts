import { addMicros, formatUsd, type Micros, ZERO_MICROS } from '../../billing/money.ts'
import type { SourceRow } from './source-rows.ts'

/** What became of up to 1000 raw usage records. A record is refused by its place among them. */
export interface ChargeReport {
  readonly charged: number
  readonly free: number
  readonly duplicates: number
  /** Sum of what was charged now. */
  readonly amount: Micros
  readonly refused: readonly { index: number; id: string | null; code: string; message: string }[]
}

export type ChargeRecords = (raws: unknown[]) => Promise<ChargeReport>

export interface ImportSummary {
  /** Rows of the file so far. */
  read: number
  charged: number
  free: number
  alreadyCharged: number
  refused: number
  amount: Micros
  /** Rows that are nothing to charge, by reason. */
  readonly skipped: Map<string, number>
}

export interface ImportDeps {
  readonly charge: ChargeRecords
  /** Takes one line for each refused row, in the order of the file. */
  readonly report: (line: string) => void
  /** Called after each batch. */
  readonly progress: (summary: ImportSummary) => void
}

const BATCH_ROWS = 1000

/**
 * Charges the rows of a file in batches, one after the other. A refused row is reported and the rest goes on. Rejects when
 * charging itself fails; then everything before some batch is charged, and the file may be imported again from its start.
 */
export async function importUsageFile(
  rows: AsyncIterable<SourceRow>,
  deps: ImportDeps,
): Promise<ImportSummary> {
  const summary = emptySummary()
  let batch: SourceRow[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH_ROWS) continue
    await importBatch(batch, summary, deps)
    batch = []
  }
  if (batch.length > 0) await importBatch(batch, summary, deps)
  return summary
}

function emptySummary(): ImportSummary {
  return {
    read: 0,
    charged: 0,
    free: 0,
    alreadyCharged: 0,
    refused: 0,
    amount: ZERO_MICROS,
    skipped: new Map(),
  }
}

async function importBatch(
  batch: readonly SourceRow[],
  summary: ImportSummary,
  deps: ImportDeps,
): Promise<void> {
  const { records, refusals } = sortRows(batch, summary.skipped)
  if (records.length > 0) {
    const charged = await deps.charge(records.map(({ record }) => record))
    summary.charged += charged.charged
    summary.free += charged.free
    summary.alreadyCharged += charged.duplicates
    summary.amount = addMicros(summary.amount, charged.amount)
    for (const { index, id, code, message } of charged.refused) {
      const line = records[index]?.line ?? 0
      refusals.push({ line, reason: `${id === null ? '' : `${id}: `}${code}: ${message}` })
    }
  }
  summary.read += batch.length
  summary.refused += refusals.length
  refusals.sort((a, b) => a.line - b.line)
  for (const { line, reason } of refusals) deps.report(`line ${line}: ${reason}`)
  deps.progress(summary)
}

interface SortedRows {
  readonly records: { line: number; record: unknown }[]
  readonly refusals: { line: number; reason: string }[]
}

function sortRows(rows: readonly SourceRow[], skipped: Map<string, number>): SortedRows {
  const sorted: SortedRows = { records: [], refusals: [] }
  for (const { line, result } of rows) {
    if ('record' in result) sorted.records.push({ line, record: result.record })
    else if ('skip' in result) skipped.set(result.skip, (skipped.get(result.skip) ?? 0) + 1)
    else sorted.refusals.push({ line, reason: `${result.fault.field}: ${result.fault.message}` })
  }
  return sorted
}

/** The lines that end an import. */
export function summaryLines(summary: ImportSummary): string[] {
  return [
    `read ${summary.read}`,
    `charged ${summary.charged}`,
    `free ${summary.free}`,
    `already charged ${summary.alreadyCharged}`,
    skippedLine(summary),
    `refused ${summary.refused}`,
    `amount ${formatUsd(summary.amount)} USD`,
  ]
}

/** The lines that end a dry run. */
export function dryRunLines(summary: ImportSummary): string[] {
  const fit = summary.read - skippedRows(summary) - summary.refused
  return [
    `read ${summary.read}`,
    `fit to be charged ${fit}`,
    skippedLine(summary),
    `refused ${summary.refused}`,
    'a dry run: nothing was charged',
  ]
}

function skippedLine(summary: ImportSummary): string {
  const reasons = Array.from(summary.skipped, ([reason, count]) => `${count} × ${reason}`)
  return `skipped ${skippedRows(summary)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`
}

function skippedRows({ skipped }: ImportSummary): number {
  return [...skipped.values()].reduce((sum, count) => sum + count, 0)
}
