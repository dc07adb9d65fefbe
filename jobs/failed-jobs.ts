import { withDeadline } from './deadline.ts'
import type { QueueName } from './define-job.ts'
import { jobs } from './index.ts'
import { createQueue, type QueueSettings, queueNamesOf } from './queues.ts'

const ANSWER_TIMEOUT_MS = 5_000

/** A queue of this installation, for who looks at its jobs. */
export interface WatchedQueue {
  readonly kind: QueueName
  readonly name: string
  readonly queue: ReturnType<typeof createQueue>
}

export interface WatchedQueues {
  readonly all: readonly WatchedQueue[]
  close(): Promise<void>
}

/** A job that its queue has given up. */
export interface FailedJob {
  readonly queue: string
  readonly id: string
  readonly name: string
  readonly data: unknown
  readonly reason: string
  readonly failedAt: Date | null
  /** How often it was begun. */
  readonly starts: number
}

/** Opens every queue there is. */
export function watchQueues(settings: QueueSettings, onError: (error: Error) => void): WatchedQueues {
  const kinds = [...new Set(jobs.map(({ queue }) => queue))]
  const all = kinds.flatMap((kind) =>
    queueNamesOf(kind, settings).map((name) => ({
      kind,
      name,
      queue: createQueue(settings, { kind, name }),
    })),
  )
  for (const { queue } of all) queue.on('error', onError)
  return {
    all,
    close: async () => {
      await Promise.all(all.map(({ queue }) => queue.close()))
    },
  }
}

/** The newest failed jobs of every queue. Fails within seconds where the queues do not answer. */
export async function listFailedJobs(
  { all }: WatchedQueues,
  { perQueue }: { perQueue: number },
): Promise<FailedJob[]> {
  const lists = await answer(
    Promise.all(
      all.map(async ({ name, queue }) => {
        const found = await queue.getJobs(['failed'], 0, perQueue - 1)
        return found.filter((job) => job !== undefined).map((job) => describe(name, job))
      }),
    ),
  )
  return lists.flat()
}

/** Null when the queue has no such job, or has not given it up. */
export async function findFailedJob(
  queues: WatchedQueues,
  key: { queue: string; id: string },
): Promise<FailedJob | null> {
  const job = await findFailed(queues, key)
  return job && describe(key.queue, job)
}

/** Has a failed job delivered again, with what it was given; false when there is none of the id any more. */
export async function retryFailedJob(
  queues: WatchedQueues,
  key: { queue: string; id: string },
): Promise<boolean> {
  const job = await findFailed(queues, key)
  if (!job) return false
  await answer(job.retry('failed'))
  return true
}

async function findFailed({ all }: WatchedQueues, { queue: name, id }: { queue: string; id: string }) {
  const watched = all.find((one) => one.name === name)
  const job = watched && (await answer(watched.queue.getJob(id)))
  return job && (await answer(job.isFailed())) ? job : null
}

function describe(queue: string, job: NonNullable<Awaited<ReturnType<typeof findFailed>>>): FailedJob {
  return {
    queue,
    id: job.id ?? '',
    name: job.name,
    data: job.data,
    reason: job.failedReason ?? '',
    failedAt: job.finishedOn === undefined ? null : new Date(job.finishedOn),
    starts: job.attemptsStarted,
  }
}

async function answer<T>(work: Promise<T>): Promise<T> {
  return await withDeadline(work, { ms: ANSWER_TIMEOUT_MS, what: 'an answer of the queue' })
}
