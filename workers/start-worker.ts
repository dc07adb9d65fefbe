import type { Job as QueuedJob } from 'bullmq'
import { createMailer } from '../clients/send-grid.ts'
import { createStripeClient } from '../clients/stripe.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../config/logger.ts'
import { connect } from '../db/connect.ts'
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
import { OutboxRelay } from './outbox-relay.ts'
import { processJob } from './process-job.ts'
import { wakeThrough } from './wake.ts'

const MAIL_TIMEOUT_MS = 20_000

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
  const rateBook = createRateBook(db)
  const outside = outsideOf(deps)
  const wake = wakeThrough(queues, log)
  const afterCommit = (report: CommitReport) => {
    logCommit(log, report)
    if (report.rechargesNeeded > 0) relay.nudge()
    onCommitted(report)
  }

  const workers = queuesOfProcess(config).map((queue) => {
    const writer = new GroupCommit((group) => commitGroup({ ...deps, db }, group), afterCommit)
    const context: JobContext = {
      ...deps,
      ...outside,
      db,
      rateBook,
      wake,
      rateInTurn: (records, rate) => writer.rateInTurn(records, rate),
      commitUsage: (batch) => writer.add(batch),
    }
    return startQueue(deps, queue, context)
  })
  await Promise.all(workers.map((worker) => worker.waitUntilReady()))
  log.info({ queues: workers.map((worker) => worker.name) }, 'worker ready')

  return {
    stop: async (graceMs) => {
      await closeInOrder(log, { workers, sweepers: [relay], queues, db }, graceMs)
    },
  }
}

/** Stripe and the mail provider, as far as they are configured. */
function outsideOf({ config, clock }: ProcessDeps) {
  return {
    stripe: config.stripe && createStripeClient(config.stripe),
    mailer: config.mail && createMailer({ ...config.mail, timeoutMs: MAIL_TIMEOUT_MS, clock }),
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
  context: JobContext,
): QueueWorker {
  const known = new Map(jobs.filter((job) => job.queue === queue.kind).map((job) => [job.name, job]))
  const onError = (error: Error) => log.error({ err: error, queue: queue.name }, 'queue error')
  const process = async (queued: QueuedJob) => {
    const job = known.get(queued.name)
    if (!job) throw new Error(`queue ${queue.name} has no job named ${queued.name}`)
    await processJob(job, queued, context)
  }
  const worker = createWorker(config, { ...queue, lockTiming }, { process, onError })
  worker.run().catch(onError)
  return worker
}

function logCommit(log: Log, { charged, free, duplicates, refused, rechargesNeeded }: CommitReport): void {
  log.debug({ charged, free, duplicates, refused: refused.length, rechargesNeeded }, 'usage committed')
  if (refused.length === 0) return
  const byCode = Object.groupBy(refused, ({ code }) => code)
  const counts = Object.fromEntries(Object.entries(byCode).map(([code, ones]) => [code, ones?.length ?? 0]))
  log.warn({ refused: counts }, 'usage kept as unrated')
}

function assertUniqueNames(): void {
  const names = jobs.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`two jobs are named ${twice}`)
}
