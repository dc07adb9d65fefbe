import { Redis } from 'ioredis'

const TIMEOUT_MS = 10_000

/**
 * The `maxmemory-policy` of a Redis that throws keys away when its memory is full, jobs among them; null when it refuses
 * writes instead, as queues need. Rejects when the server does not answer within 10 seconds.
 */
export async function findEvictionPolicy(redisUrl: string): Promise<string | null> {
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  const failed = Promise.withResolvers<never>()
  redis.on('error', failed.reject)
  try {
    // Hosted servers often forbid CONFIG; INFO is always there.
    const info = await Promise.race([redis.connect().then(() => redis.info('memory')), failed.promise])
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction'
    return policy === 'noeviction' ? null : policy
  } finally {
    redis.disconnect()
  }
}
