import { inject } from 'vitest'

/** Where the queues of a test live. */
export interface QueueBackend {
  readonly name: 'redis' | 'postgres'
  /** Null selects BullMQ's PostgreSQL back end, on the test's own database. */
  readonly redisUrl: string | null
}

/** The queue back ends that this machine has; for `describe.each`. */
export function queueBackends(): QueueBackend[] {
  const redisUrl = inject('redisUrl')
  const postgres: QueueBackend = { name: 'postgres', redisUrl: null }
  return redisUrl ? [{ name: 'redis', redisUrl }, postgres] : [postgres]
}
