import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/logger.ts'
import type { Db } from '../db/connect.ts'
import { claimOwedJobs, type OwedJob } from '../db/outbox.ts'
import type { QueueName } from '../jobs/define-job.ts'
import { jobs } from '../jobs/index.ts'
import type { JobQueue } from '../jobs/queues.ts'

/** A job that is still not done this long after it was handed over is taken to be lost by the queue. */
const HAND_OVER_AGAIN_AFTER_MS = 60_000
const PAGE = 200

interface RelayDeps {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly queueOf: (name: QueueName) => JobQueue
}

/**
 * Hands jobs of the outbox to their queues: at once when nudged, and every interval whatever was missed. Handing a job
 * over twice is harmless, since jobs decide by Postgres. Dying after the claim delays its jobs until the next sweep.
 */
export class OutboxRelay {
  readonly #deps: RelayDeps
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #nudged = false

  constructor(deps: RelayDeps) {
    this.#deps = deps
  }

  /** Sweeps now, and again every `intervalMs`. */
  start(intervalMs: number): void {
    this.nudge()
    this.#timer = setInterval(() => this.nudge(), intervalMs)
  }

  /** Looks for owed jobs now; nudges during a look cause one more. */
  nudge(): void {
    this.#nudged = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#nudged) {
      this.#nudged = false
      try {
        await handOverOwedJobs(this.#deps)
      } catch (error) {
        this.#deps.log.error(
          { err: error },
          'outbox hand-over failed; what was claimed is handed over again after a minute',
        )
      }
    }
  }
}

async function handOverOwedJobs({ db, log, clock, queueOf }: RelayDeps): Promise<void> {
  for (;;) {
    const now = clock.now()
    const handedBefore = new Date(now.getTime() - HAND_OVER_AGAIN_AFTER_MS)
    const owed = await claimOwedJobs(db, { now, handedBefore, limit: PAGE })
    for (const job of owed) await handOver(job, { log, queueOf })
    if (owed.length > 0) log.info({ handedOver: owed.length }, 'outbox jobs handed over')
    if (owed.length < PAGE) return
  }
}

/** Each hand-over has an id of its own: the queue silently drops an id that it still keeps. */
async function handOver(owed: OwedJob, { log, queueOf }: Pick<RelayDeps, 'log' | 'queueOf'>): Promise<void> {
  const job = jobs.find(({ name }) => name === owed.job)
  if (!job) {
    log.error(
      { job: owed.job, outboxId: owed.id },
      'outbox job is unknown to this build; it waits for a newer one',
    )
    return
  }
  const payload = { ...(owed.payload as object), outboxId: owed.id }
  await queueOf(job.queue).add(job.name, payload, { jobId: `outbox-${owed.id}-${owed.handOvers}` })
}
