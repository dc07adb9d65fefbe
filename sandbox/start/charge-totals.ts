import { addMicros, type Micros, ZERO_MICROS } from '../../billing/money.ts'
import type { CommitReport } from '../../jobs/commit-usage.ts'

/** What the worker has done with usage records since the start. */
export interface ChargeTotals {
  /** Records stored, whether they cost something or not. */
  records: number
  /** Debits: one for each record that costs something. */
  entries: number
  /** Records that were there already. */
  duplicates: number
  /** Records kept as unrated usage. */
  unrated: number
  amount: Micros
}

export function noCharges(): ChargeTotals {
  return { records: 0, entries: 0, duplicates: 0, unrated: 0, amount: ZERO_MICROS }
}

export function addReport(totals: ChargeTotals, report: CommitReport): void {
  totals.records += report.charged + report.free
  totals.entries += report.charged
  totals.duplicates += report.duplicates
  totals.unrated += report.refused.length
  totals.amount = addMicros(totals.amount, report.amount)
}
