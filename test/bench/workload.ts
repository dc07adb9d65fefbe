/** How much a run does. */
export interface Workload {
  readonly rounds: number
  /** Rows of the standard rate card. */
  readonly rates: number
  /** Records of a scenario with full jobs, of one with a job a record, and of the naive one. */
  readonly records: { readonly full: number; readonly 'one record': number; readonly naive: number }
  readonly latencySeconds: number
  /** Records that one worker charges without a restart; its memory is read after each step. */
  readonly longRun: { readonly records: number; readonly steps: number }
  /** Accounts that are recharged one after the other. */
  readonly recharges: number
  /** Entries that the large ledger holds before it is measured; null leaves it out. */
  readonly largeLedgerEntries: number | null
  /** How long clients ask for holds in one loop, in this process and over HTTP. */
  readonly holds: { readonly loopMs: number; readonly httpMs: number }
}

export const FULL_WORKLOAD: Workload = {
  rounds: 5,
  rates: 50_000,
  records: { full: 100_000, 'one record': 12_000, naive: 1_500 },
  latencySeconds: 5,
  longRun: { records: 1_000_000, steps: 20 },
  recharges: 25,
  largeLedgerEntries: 5_000_000,
  holds: { loopMs: 1_500, httpMs: 4_000 },
}

export const QUICK_WORKLOAD: Workload = {
  rounds: 3,
  rates: 5_000,
  records: { full: 16_000, 'one record': 2_000, naive: 200 },
  latencySeconds: 0.8,
  longRun: { records: 24_000, steps: 4 },
  recharges: 7,
  largeLedgerEntries: null,
  holds: { loopMs: 200, httpMs: 600 },
}

const POSTGRES_QUEUES_SLOWER = 8

/** The same for BullMQ's PostgreSQL back end, which does far fewer jobs in the same time. */
export function onPostgresQueues(workload: Workload): Workload {
  const records = {
    ...workload.records,
    'one record': workload.records['one record'] / POSTGRES_QUEUES_SLOWER,
  }
  return { ...workload, records }
}
