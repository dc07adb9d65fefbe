import { Redis } from 'ioredis'
import { withDeadline } from './deadline.ts'
import { jobs } from './index.ts'
import { type JobQueue, openQueue, type QueueSettings, queueNamesOf } from './queues.ts'

export interface QueueDepth {
  readonly queue: string
  readonly state: string
  readonly jobs: number
}

/** Looks at the queues from outside, without taking part. Every look fails within seconds where nothing answers. */
export interface QueueMonitor {
  /** How many jobs each queue has in each state that is not an end, and failed. */
  depths(): Promise<QueueDepth[]>
  /** Null on the PostgreSQL back end. Rejects when Redis cannot be reached. */
  redisMemory(): Promise<RedisMemory | null>
  close(): Promise<void>
}

export interface RedisMemory {
  /** Anything but `noeviction` loses jobs. */
  readonly evictionPolicy: string | null
  readonly usedBytes: number
  /** 0 where there is no limit. */
  readonly maxBytes: number
}

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const
const ANSWER_TIMEOUT_MS = 2_000

export function openQueueMonitor(settings: QueueSettings, onError: (error: Error) => void): QueueMonitor {
  const kinds = [...new Set(jobs.map((job) => job.queue))]
  const queues = kinds.flatMap((kind) =>
    queueNamesOf(kind, settings).map((name) => openQueue(settings, { kind, name }, onError)),
  )
  const redis = settings.redisUrl === null ? null : openRedis(settings.redisUrl, onError)
  return {
    depths: async () => (await answer(Promise.all(queues.map(depthsOf)))).flat(),
    redisMemory: async () => redis && readMemory(await answer(redis.info('memory'))),
    close: async () => {
      redis?.disconnect()
      await Promise.all(queues.map((queue) => queue.close()))
    },
  }
}

function openRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    connectTimeout: ANSWER_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
  })
  redis.on('error', onError)
  return redis
}

async function depthsOf(queue: JobQueue): Promise<QueueDepth[]> {
  const counts = await queue.getJobCounts(...STATES)
  return Object.entries(counts).map(([state, count]) => ({ queue: queue.name, state, jobs: count }))
}

function readMemory(info: string): RedisMemory {
  const fields = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]))
  return {
    evictionPolicy: fields.get('maxmemory_policy') ?? null,
    usedBytes: Number(fields.get('used_memory')),
    maxBytes: Number(fields.get('maxmemory')),
  }
}

async function answer<T>(work: Promise<T>): Promise<T> {
  return await withDeadline(work, { ms: ANSWER_TIMEOUT_MS, what: 'an answer of the queue' })
}
