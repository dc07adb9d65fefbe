import { Counter, Histogram, type Registry } from 'prom-client'
import type { Db } from '../db/connect.ts'
import type { CommitReport } from '../jobs/commit-usage.ts'
import { createProcessRegistry } from '../jobs/process-metrics.ts'

/** What a worker measures of its work. */
export interface WorkerMetrics {
  readonly register: Registry
  committed(report: CommitReport): void
  jobDone(job: { name: string; outcome: 'done' | 'failed'; durationMs: number }): void
  /** From the moment a usage job was added to the one its records were committed. */
  usageCommitted(lagMs: number): void
}

const LAG_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600]
const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function createWorkerMetrics(db: Db): WorkerMetrics {
  const register = createProcessRegistry(db)
  const registers = [register]
  const records = new Counter({
    name: 'ringledger_usage_records_total',
    help: 'Usage records that this process committed, by what became of them',
    labelNames: ['result'],
    registers,
  })
  const lag = new Histogram({
    name: 'ringledger_usage_lag_seconds',
    help: 'Time from adding a usage job to the commit of its records',
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  })
  const durations = new Histogram({
    name: 'ringledger_job_duration_seconds',
    help: 'Time that one delivery of a job took',
    labelNames: ['job', 'outcome'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  })
  return {
    register,
    committed: ({ charged, free, duplicates, refused }) => {
      records.inc({ result: 'charged' }, charged)
      records.inc({ result: 'free' }, free)
      records.inc({ result: 'duplicate' }, duplicates)
      records.inc({ result: 'unrated' }, refused.length)
    },
    jobDone: ({ name, outcome, durationMs }) => durations.observe({ job: name, outcome }, durationMs / 1_000),
    usageCommitted: (lagMs) => lag.observe(Math.max(lagMs, 0) / 1_000),
  }
}
