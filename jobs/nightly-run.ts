import type { BusinessDate } from '../billing/business-date.ts'
import type { RunProgress } from '../db/runs.ts'
import type { Tx } from '../db/transaction.ts'
import type { JobContext } from './define-job.ts'

/** What the work of a run may use. */
export type RunContext = Pick<
  JobContext,
  'db' | 'log' | 'clock' | 'newId' | 'rateBook' | 'stripe' | 'publicUrl' | 'wake'
>

/** One execution for one business date, as its work sees it. */
export interface Run {
  readonly date: BusinessDate
  /** What happened before this instant belongs to this date or an earlier one. */
  readonly cutOff: Date
  /** Where to go on: what was saved last, or null at the beginning. */
  readonly position: string | null
  /**
   * Notes how far the run has come, in the transaction of the work itself, and keeps the run. Throws RunLost, which must
   * undo that transaction, when another holder has taken the run over.
   */
  save(tx: Tx, progress: RunProgress): Promise<void>
}

/** A kind of nightly work. */
export interface RunDefinition {
  readonly kind: string
  /**
   * Does the work of a date from `run.position` on, page by page, and saves each page. It may be begun again from any
   * saved position, and a finished date from the beginning: what was done already must be left alone by its own guards.
   */
  work(context: RunContext, run: Run): Promise<void>
}

export function defineRun(definition: RunDefinition): RunDefinition {
  return definition
}
