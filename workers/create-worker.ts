import { createPostgresBackend, type Job as QueuedJob, Worker, type WorkerOptions, withBackend } from 'bullmq'
import type { QueueName } from '../jobs/define-job.ts'
import { queueTelemetry } from '../jobs/queue-telemetry.ts'
import {
  KEEP_COMPLETED,
  KEEP_FAILED,
  postgresConnection,
  type QueueSettings,
  queuePrefixOf,
  redisConnection,
} from '../jobs/queues.ts'

/** How soon the jobs of a worker that died are given to another one. */
export interface LockTiming {
  /** A job belongs to its worker until this long after the worker last renewed its lock. */
  readonly lockDurationMs: number
  /** Jobs without a lock are looked for this often. */
  readonly stalledIntervalMs: number
}

const LOCK_TIMING: LockTiming = { lockDurationMs: 30_000, stalledIntervalMs: 15_000 }

/**
 * A job whose worker died is never failed for it by the queue: the executor counts deaths and parks it. The largest
 * number that both back ends take: the PostgreSQL one keeps it in an integer.
 */
const STALLED_COUNT_MAX = 2_147_483_647

/** When a queue that refused the connection is asked again, for work or to take note of work that is done. */
const RETRY_DELAY_MS = 1_000

/** Jobs in flight at once: enough that a group commit is always full, few enough to bound memory. */
const CONCURRENCY: Readonly<Record<QueueName, number>> = {
  usage: 128,
  recharge: 8,
  topup: 16,
  stripe: 8,
  mail: 4,
  nightly: 4,
  service: 8,
  webhook: 16,
}

export type QueueWorker = Pick<Worker, 'name' | 'run' | 'close' | 'waitUntilReady'>

/** A BullMQ worker for one queue with every option stated and an error listener; it starts with `run()`. */
export function createWorker(
  settings: QueueSettings,
  queue: { kind: QueueName; name: string; lockTiming?: LockTiming | undefined },
  handlers: { process: (job: QueuedJob) => Promise<void>; onError: (error: Error) => void },
): QueueWorker {
  const { lockDurationMs, stalledIntervalMs } = queue.lockTiming ?? LOCK_TIMING
  const options: Omit<WorkerOptions, 'connection'> = {
    autorun: false,
    concurrency: CONCURRENCY[queue.kind],
    lockDuration: lockDurationMs,
    stalledInterval: stalledIntervalMs,
    maxStalledCount: STALLED_COUNT_MAX,
    runRetryDelay: RETRY_DELAY_MS,
    removeOnComplete: KEEP_COMPLETED[queue.kind],
    removeOnFail: KEEP_FAILED,
    ...queueTelemetry(),
  }
  const worker = construct(settings, queue.name, { options, process: handlers.process })
  worker.on('error', handlers.onError)
  return worker
}

function construct(
  settings: QueueSettings,
  name: string,
  {
    options,
    process,
  }: {
    options: Omit<WorkerOptions, 'connection'>
    process: (job: QueuedJob) => Promise<void>
  },
) {
  if (settings.redisUrl === null) {
    const PostgresWorker = withBackend(createPostgresBackend).Worker
    return new PostgresWorker(name, process, { ...options, connection: postgresConnection(settings) })
  }
  const connection = redisConnection(settings.redisUrl)
  return new Worker(name, process, { ...options, connection, prefix: queuePrefixOf(settings, name) })
}
