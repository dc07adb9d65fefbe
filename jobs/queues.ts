import {
  type ConnectionOptions,
  createPostgresBackend,
  type DefaultJobOptions,
  type KeepJobs,
  Queue,
  withBackend,
} from 'bullmq'
import type { Config } from '../config/config.ts'
import { withDeadline } from './deadline.ts'
import type { QueueName } from './define-job.ts'
import { queueTelemetry } from './queue-telemetry.ts'
import { usageQueueName } from './shards.ts'

export type QueueSettings = Pick<Config, 'databaseUrl' | 'redisUrl' | 'queuePrefix' | 'usageShards'>

/** The part of a BullMQ queue that producers and the relay use, on either back end. */
export type JobQueue = Pick<Queue, 'name' | 'add' | 'addBulk' | 'getJobCounts' | 'waitUntilReady' | 'close'>

/** Done work is proved by Postgres, so the queue keeps only what a person may want to look at. */
export const KEEP_COMPLETED: Readonly<Record<QueueName, KeepJobs>> = {
  usage: { age: 3_600, count: 20 },
  recharge: { age: 24 * 3_600, count: 1_000 },
  topup: { age: 24 * 3_600, count: 1_000 },
  stripe: { age: 24 * 3_600, count: 1_000 },
  mail: { age: 24 * 3_600, count: 1_000 },
  nightly: { age: 7 * 24 * 3_600, count: 1_000 },
  service: { age: 3_600, count: 100 },
  webhook: { age: 3_600, count: 100 },
}
export const KEEP_FAILED: KeepJobs = { age: 14 * 24 * 3_600, count: 1_000 }

/** Each queue has a slot of its own in a Redis Cluster. */
export function queuePrefixOf({ queuePrefix }: QueueSettings, queue: string): string {
  return `{${queuePrefix}:${queue}}`
}

/** The queues behind a name: one, or one a shard. */
export function queueNamesOf(name: QueueName, { usageShards }: QueueSettings): string[] {
  if (name !== 'usage') return [name]
  return Array.from({ length: usageShards }, (_, shard) => usageQueueName(shard))
}

/** How long a server may take to answer before it counts as gone. */
const ANSWER_TIMEOUT_MS = 5_000

/**
 * Opens a queue for adding jobs. Without its server `add` fails within seconds, also when it was never reached, so that
 * the caller keeps what it holds. `close` never fails and never waits for a server that is gone.
 */
export function openQueue(
  settings: QueueSettings,
  queue: { kind: QueueName; name: string },
  onError: (error: Error) => void,
): JobQueue {
  const opened = createQueue(settings, queue)
  opened.on('error', onError)
  const ready = () =>
    withDeadline(opened.waitUntilReady(), { ms: ANSWER_TIMEOUT_MS, what: 'reaching the queue' })
  return {
    name: opened.name,
    waitUntilReady: ready,
    add: async (name, data, options) => {
      await ready()
      return await opened.add(name, data, options)
    },
    addBulk: async (jobs) => {
      await ready()
      return await opened.addBulk(jobs)
    },
    getJobCounts: async (...states) => {
      await ready()
      return await opened.getJobCounts(...states)
    },
    close: async () => {
      try {
        await opened.close()
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)))
        // Not awaited: it waits for the end of a connection that is gone already.
        opened.disconnect().catch(onError)
      }
    },
  }
}

/** A queue of BullMQ as it is, for who looks at jobs; `openQueue` is for who adds some. */
export function createQueue(settings: QueueSettings, { kind, name }: { kind: QueueName; name: string }) {
  const defaultJobOptions: DefaultJobOptions = {
    attempts: 1,
    removeOnComplete: KEEP_COMPLETED[kind],
    removeOnFail: KEEP_FAILED,
  }
  if (settings.redisUrl === null) {
    const PostgresQueue = withBackend(createPostgresBackend).Queue
    return new PostgresQueue(name, {
      connection: postgresConnection(settings),
      defaultJobOptions,
      ...queueTelemetry(),
    })
  }
  const connection = {
    ...redisConnection(settings.redisUrl),
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: ANSWER_TIMEOUT_MS,
  }
  return new Queue(name, {
    connection,
    prefix: queuePrefixOf(settings, name),
    defaultJobOptions,
    ...queueTelemetry(),
  })
}

/** A failover leaves the old primary read-only: reconnecting finds the one that takes over. */
export function redisConnection(url: string): ConnectionOptions {
  return {
    url,
    connectTimeout: 10_000,
    keepAlive: 10_000,
    retryStrategy: (times: number) => Math.min(times * 200, 5_000),
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
  }
}

export function postgresConnection({ databaseUrl, queuePrefix }: QueueSettings) {
  return { connectionString: databaseUrl, schema: queuePrefix, max: 4 }
}

/** Creates the schema of the PostgreSQL back end as the given login; run twice it does nothing. */
export async function migrateQueues(settings: QueueSettings & { migrateDatabaseUrl: string }): Promise<void> {
  const PostgresQueue = withBackend(createPostgresBackend).Queue
  const connection = {
    ...postgresConnection(settings),
    connectionString: settings.migrateDatabaseUrl,
    migrate: true,
  }
  const queue = new PostgresQueue('migrate', { connection })
  try {
    await queue.waitUntilReady()
  } finally {
    await queue.close()
  }
}
