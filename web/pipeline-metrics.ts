import { Counter, Gauge, Registry } from 'prom-client'
import type { PaymentFigures } from '../db/payment-figures.ts'
import type { PipelineFigures } from '../db/pipeline-figures.ts'
import type { QueueDepth, RedisMemory } from '../jobs/queue-monitor.ts'
import { addPaymentMetrics } from './payment-metrics.ts'

/** What was read of the pipeline at one moment; null where it could not be read. */
export interface PipelineReading {
  readonly database: { readonly pipeline: PipelineFigures; readonly payments: PaymentFigures } | null
  readonly queues: readonly QueueDepth[] | null
  /** Null on the PostgreSQL back end too. */
  readonly redis: RedisMemory | null
  readonly now: Date
}

/** The figures of the pipeline in the format of Prometheus. What could not be read is left out, not shown as zero. */
export async function pipelineMetrics({ database, queues, redis, now }: PipelineReading): Promise<string> {
  const register = new Registry()
  const readable = gauge(
    register,
    'readable',
    '1 where the figures of this part could be read, else 0',
    'part',
  )
  readable.set({ part: 'database' }, database ? 1 : 0)
  readable.set({ part: 'queues' }, queues ? 1 : 0)
  if (database) {
    addDatabase(register, database.pipeline, now)
    addPaymentMetrics(register, database.payments, now)
  }
  if (queues) addQueues(register, queues)
  if (redis) addRedis(register, redis)
  return await register.metrics()
}

function addDatabase(register: Registry, figures: PipelineFigures, now: Date): void {
  const entries = new Counter({
    name: 'ringledger_entries_posted_total',
    help: 'Ledger entries ever posted',
    registers: [register],
  })
  entries.inc(figures.entries)
  const unrated = gauge(register, 'unrated_usage', 'Usage records that wait to be rated, by reason', 'reason')
  for (const [reason, records] of figures.unratedByReason) unrated.set({ reason }, records)
  gauge(register, 'outbox_owed', 'Follow-up jobs that are not done').set(figures.owed)
  const ageMs = figures.oldestOwedAt ? now.getTime() - figures.oldestOwedAt.getTime() : 0
  gauge(register, 'outbox_oldest_owed_seconds', 'Age of the oldest follow-up job that is not done').set(
    Math.max(ageMs, 0) / 1_000,
  )
}

function addQueues(register: Registry, queues: readonly QueueDepth[]): void {
  const depth = gauge(register, 'queue_jobs', 'Jobs on a queue, by state', 'queue', 'state')
  for (const { queue, state, jobs } of queues) depth.set({ queue, state }, jobs)
}

function addRedis(register: Registry, { usedBytes, maxBytes }: RedisMemory): void {
  gauge(register, 'redis_used_bytes', 'Memory that Redis uses').set(usedBytes)
  gauge(register, 'redis_max_bytes', 'Memory that Redis may use, 0 for no limit').set(maxBytes)
}

function gauge<Label extends string>(
  register: Registry,
  name: string,
  help: string,
  ...labelNames: Label[]
): Gauge<Label> {
  return new Gauge({ name: `ringledger_${name}`, help, labelNames, registers: [register] })
}
