import { type Job as QueuedJob, UnrecoverableError } from 'bullmq'
import type { Log } from '../config/logger.ts'
import { backoffMs } from '../jobs/backoff.ts'
import { BillingError, type Retry } from '../jobs/billing-error.ts'
import { withDeadline } from '../jobs/deadline.ts'
import type { Job, JobContext, ParkReason, QueueName } from '../jobs/define-job.ts'

/** A job that was running this often when its worker died is taken to be what kills it. */
const WORKER_DEATHS_MAX = 5
const UNKNOWN_VERSION_DELAY_MS = 60_000
const STACK_TRACES_KEPT = 3
/** Queues whose jobs are too many for a line each, unless somebody looks for something. */
const EVERY_SECOND: ReadonlySet<QueueName> = new Set<QueueName>(['usage', 'service'])

/**
 * Runs one delivery of a job: reads the payload, does the work within its time, logs the end, and tells the queue what
 * to do with a failure. A payload of an unknown version is put back, never guessed; one that can never be worked is
 * parked where it is kept.
 */
export async function processJob(job: Job, queued: QueuedJob, jobContext: JobContext): Promise<void> {
  const context = withOwnLog(jobContext, { job: job.name, jobId: queued.id })
  retryAfter(queued, backoffMs(1))
  const startedAtMs = performance.now()
  try {
    await work(job, queued, context)
    const level = EVERY_SECOND.has(job.queue) ? 'debug' : 'info'
    if (jobContext.log.isLevelEnabled(level)) {
      context.log[level](
        { ...accountOf(queued.data), durationMs: Math.round(performance.now() - startedAtMs) },
        'job done',
      )
    }
  } catch (thrown) {
    const error = asError(thrown)
    const retry = retryOf(job, queued, error)
    context.log.error({ err: error, retry, attempt: queued.attemptsStarted }, 'job failed')
    if (retry.kind === 'never') throw new UnrecoverableError(error.message)
    retryAfter(queued, retry.kind === 'after' ? retry.delayMs : backoffMs(queued.attemptsStarted))
    throw error
  }
}

/** A log of its own costs as much as a small job, and most jobs say nothing: it is made when it is needed. */
function withOwnLog(context: JobContext, fields: { job: string; jobId: string | undefined }): JobContext {
  let log: Log | undefined
  return {
    ...context,
    get log() {
      log ??= context.log.child(fields)
      return log
    },
  }
}

async function work(job: Job, queued: QueuedJob, context: JobContext): Promise<void> {
  if (queued.stalledCounter >= WORKER_DEATHS_MAX) {
    const message = `the worker died ${queued.stalledCounter} times while it ran this job`
    return await park(job, queued, { reason: { code: 'worker_killer', message }, context })
  }
  const prepared = job.prepare(queued.data)
  if ('run' in prepared) {
    // What runs on after the deadline ends by its own limits, and running twice is harmless.
    return await withDeadline(prepared.run(context), { ms: job.timeoutMs, what: job.name })
  }
  if (hasUnknownVersion(queued.data)) {
    throw new BillingError({
      code: 'unknown_version',
      message: 'the payload has a version that this worker does not know; deploy a newer worker',
      retry: { kind: 'after', delayMs: UNKNOWN_VERSION_DELAY_MS },
    })
  }
  await park(job, queued, { reason: { code: 'invalid_job', message: prepared.fault }, context })
}

async function park(
  job: Job,
  queued: QueuedJob,
  { reason, context }: { reason: ParkReason; context: JobContext },
): Promise<void> {
  context.log.error({ reason }, 'job parked')
  if (!job.park) throw new BillingError({ ...reason, retry: { kind: 'never' } })
  await job.park(queued.data, reason, context)
}

/** Whom a job is about, for the log; the rest of a payload is not for logs. */
function accountOf(data: unknown): { account?: string } {
  const account = typeof data === 'object' && data !== null && 'account' in data ? data.account : null
  return typeof account === 'string' ? { account } : {}
}

function hasUnknownVersion(data: unknown): boolean {
  return (
    typeof data === 'object' && data !== null && 'v' in data && typeof data.v === 'number' && data.v !== 1
  )
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`a job threw what is no error: ${String(thrown)}`)
}

function retryOf(job: Job, queued: QueuedJob, error: Error): Retry {
  const retry: Retry = error instanceof BillingError ? error.retry : { kind: 'backoff' }
  const isLast = job.attempts !== 'until-done' && queued.attemptsStarted >= job.attempts
  return retry.kind === 'backoff' && isLast ? { kind: 'never' } : retry
}

/**
 * Whatever this delivery ends with, be it a queue that does not take note of work that is done, the queue delivers again
 * after the delay and never fails the job by itself. Said here and not by the job's own options: whoever added it may
 * have given none.
 */
function retryAfter(queued: QueuedJob, delayMs: number): void {
  queued.opts.attempts = Number.MAX_SAFE_INTEGER
  queued.opts.backoff = { type: 'fixed', delay: delayMs }
  queued.opts.stackTraceLimit = STACK_TRACES_KEPT
}
