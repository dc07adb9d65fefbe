import type { Job as QueuedJob } from 'bullmq'
import { createWebhookSender } from '../clients/outgoing-webhook.ts'
import { createMailer } from '../clients/send-grid.ts'
import { createStripeClient } from '../clients/stripe.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../config/logger.ts'
import { connect } from '../db/connect.ts'
import { chargeUsage } from '../jobs/charge-usage.ts'
import { CommitTraces } from '../jobs/commit-traces.ts'
import { type CommitReport, commitGroup } from '../jobs/commit-usage.ts'
import type { JobContext, QueueName } from '../jobs/define-job.ts'
import { GroupCommit } from '../jobs/group-commit.ts'
import { jobs } from '../jobs/index.ts'
import { queueNamesOf } from '../jobs/queues.ts'
import { createRateBook } from '../jobs/rate-book.ts'
import { usageQueueName } from '../jobs/shards.ts'
import { closeInOrder } from './close-in-order.ts'
import { createWorker, type LockTiming, type QueueWorker } from './create-worker.ts'
import { openJobQueues } from './job-queues.ts'
import { serveMetrics } from './metrics-server.ts'
import { OutboxRelay } from './outbox-relay.ts'
import { processJob } from './process-job.ts'
import { wakeThrough } from './wake.ts'
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts'

const MAIL_TIMEOUT_MS = 20_000
const WEBHOOK_TIMEOUT_MS = 10_000

export interface ProcessDeps {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  /** The worker's own when left out; tests cannot wait as long. */
  readonly lockTiming?: LockTiming
}

export interface RunningProcess {
  /**
   * Takes no more work, lets what is running end, and lets go of everything. Resolves when the grace time is over at the
   * latest; the process has to end then.
   */
  stop(graceMs: number): Promise<void>
}

/**
 * Starts the workers of every queue, the usage shards of this process among them. Each shard has one writer. Resolves
 * when all of them take jobs.
 */
export async function startWorker(
  deps: ProcessDeps,
  onCommitted: (report: CommitReport) => void = () => undefined,
): Promise<RunningProcess> {
  assertUniqueNames()
  const { config, log } = deps
  const onError = (error: Error) => log.error({ err: error }, 'connection error')
  const db = connect({ url: config.databaseUrl, poolMax: config.databasePoolMax, onError })
  const queues = openJobQueues(config, onError)
  const relay = new OutboxRelay({ ...deps, db, queueOf: queues.of })
  const rateBook = createRateBook(db, config.emergencyNumbers)
  const outside = outsideOf(deps)
  const wake = wakeThrough(queues, log)
  const metrics = createWorkerMetrics(db)
  const traces = new CommitTraces()
  const afterCommit = (report: CommitReport) => {
    logCommit(log, report)
    metrics.committed(report)
    if (report.rechargesNeeded > 0) relay.nudge()
    for (const account of report.toLookAt) void wake('update-service-state', { v: 1, account })
    onCommitted(report)
  }

  const workers = queuesOfProcess(config).map((queue) => {
    const writer = new GroupCommit(
      (group) => traces.commit(group, (batches) => commitGroup({ ...deps, db }, batches)),
      afterCommit,
    )
    const context: JobContext = {
      ...deps,
      ...outside,
      db,
      rateBook,
      wake,
      rateInTurn: (records, rate) => writer.rateInTurn(records, rate),
      commitUsage: (batch) => writer.add(traces.note(batch)),
    }
    return startQueue(deps, queue, { context, metrics })
  })
  await Promise.all(workers.map((worker) => worker.waitUntilReady()))
  const metricsServer = await serveMetrics(config, metrics.register, log)
  log.info({ queues: workers.map((worker) => worker.name) }, 'worker ready')

  return {
    stop: async (graceMs) => {
      await metricsServer?.stop()
      await closeInOrder(log, { workers, sweepers: [relay], queues, db }, graceMs)
      // Node goes on observing for the metrics of the process, which would keep all of this worker.
      metrics.register.clear()
    },
  }
}

/** Stripe and the mail provider, as far as they are configured, and the receivers of webhooks. */
function outsideOf({ config, clock }: ProcessDeps) {
  return {
    stripe: config.stripe && createStripeClient(config.stripe),
    mailer: config.mail && createMailer({ ...config.mail, timeoutMs: MAIL_TIMEOUT_MS, clock }),
    webhooks: createWebhookSender({ ...config.webhooks, timeoutMs: WEBHOOK_TIMEOUT_MS, clock }),
    publicUrl: config.publicUrl,
  }
}

/** Other queues have no shards: every process works on them. */
function queuesOfProcess(config: Config): { kind: QueueName; name: string }[] {
  const kinds = new Set(jobs.map((job) => job.queue))
  return [...kinds].flatMap((kind) => {
    const names = kind === 'usage' ? config.workerShards.map(usageQueueName) : queueNamesOf(kind, config)
    return names.map((name) => ({ kind, name }))
  })
}

function startQueue(
  { config, log, lockTiming }: ProcessDeps,
  queue: { kind: QueueName; name: string },
  { context, metrics }: { context: JobContext; metrics: WorkerMetrics },
): QueueWorker {
  const known = new Map(jobs.filter((job) => job.queue === queue.kind).map((job) => [job.name, job]))
  const onError = (error: Error) => log.error({ err: error, queue: queue.name }, 'queue error')
  const process = async (queued: QueuedJob) => {
    const job = known.get(queued.name)
    if (!job) throw new Error(`queue ${queue.name} has no job named ${queued.name}`)
    await measure(metrics, queued, {
      clock: context.clock,
      work: () => processJob(job, queued, context),
    })
  }
  const worker = createWorker(config, { ...queue, lockTiming }, { process, onError })
  worker.run().catch(onError)
  return worker
}

async function measure(
  metrics: WorkerMetrics,
  queued: QueuedJob,
  { clock, work }: { clock: Clock; work: () => Promise<void> },
): Promise<void> {
  const startedAtMs = performance.now()
  const done = (outcome: 'done' | 'failed') =>
    metrics.jobDone({ name: queued.name, outcome, durationMs: performance.now() - startedAtMs })
  try {
    await work()
  } catch (error) {
    done('failed')
    throw error
  }
  done('done')
  if (queued.name === chargeUsage.name) metrics.usageCommitted(clock.now().getTime() - queued.timestamp)
}

function logCommit(log: Log, report: CommitReport): void {
  const { charged, free, duplicates, refused, rechargesNeeded, holdsRefused } = report
  log.debug({ charged, free, duplicates, refused: refused.length, rechargesNeeded }, 'usage committed')
  if (refused.length > 0) log.warn({ refused: countCodes(refused) }, 'usage kept as unrated')
  if (holdsRefused.length > 0) {
    log.warn(
      { refused: countCodes(holdsRefused) },
      'usage charged, but the hold it names is not settled by it',
    )
  }
}

function countCodes(refused: readonly { readonly code: string }[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(refused, ({ code }) => code)].map(([code, { length }]) => [code, length]),
  )
}

function assertUniqueNames(): void {
  const names = jobs.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`two jobs are named ${twice}`)
}
