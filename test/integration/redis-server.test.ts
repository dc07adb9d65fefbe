import { once } from 'node:events'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { findRunningRedis, hasRedisServer, type RedisServer, startRedis } from '../../sandbox/redis-server.ts'
import { makeScratchFolder } from '../support/scratch-folder.ts'

// One folder for all tests of this file, as one machine would have; each test starts and stops servers on its data.
let dataDir: string

beforeAll(async () => {
  dataDir = await makeScratchFolder('redis')
})

afterAll(async () => await rm(dataDir, { recursive: true, force: true }))

test('a machine without redis-server on the PATH starts none', async () => {
  vi.stubEnv('PATH', '')
  onTestFinished(() => void vi.unstubAllEnvs())

  expect(await startRedis({ dataDir })).toBeNull()
})

describe.runIf(hasRedisServer())('a private Redis', () => {
  test('keeps its data from one start to the next, also when it was killed', async () => {
    const first = await startForTest()
    await withRedis(first.url, (redis) => redis.set('word', 'still here'))
    await first.stop()

    const second = await startForTest()
    expect(await withRedis(second.url, (redis) => redis.get('word'))).toBe('still here')
    process.kill(second.pid, 'SIGKILL')
    await second.exited

    await using third = await startForTest()
    expect(await withRedis(third.url, (redis) => redis.get('word'))).toBe('still here')
  })

  test('never evicts, and writes each second what it holds', async () => {
    await using server = await startForTest()

    const settings = await withRedis(server.url, (redis) =>
      redis.config('GET', 'maxmemory-policy', 'appendonly', 'appendfsync', 'bind'),
    )
    expect(settings).toEqual(
      expect.arrayContaining([
        ...['maxmemory-policy', 'noeviction'],
        ...['appendonly', 'yes'],
        ...['appendfsync', 'everysec'],
        ...['bind', '127.0.0.1'],
      ]),
    )
  })

  test('is reached with its password only', async () => {
    await using server = await startForTest()
    const refusal = await withRedis(`redis://127.0.0.1:${server.port}`, (redis) =>
      once(redis, 'error').catch((error) => error),
    )
    expect(String(refusal)).toContain('NOAUTH')
    expect((await stat(join(dataDir, 'redis.conf'))).mode & 0o777).toBe(0o600)
  })

  test('is found on its data while it runs, and a second one is refused', async () => {
    const server = await startForTest()

    expect((await findRunningRedis(dataDir))?.url).toBe(server.url)
    await expect(startRedis({ dataDir })).rejects.toThrow(
      `a Redis server is already running on ${dataDir} (port ${server.port})`,
    )

    await server.stop()
    expect(await findRunningRedis(dataDir)).toBeNull()
  })
})

async function startForTest(): Promise<RedisServer & AsyncDisposable> {
  const server = await startRedis({ dataDir })
  if (!server) throw new Error('there is no redis-server on the PATH')
  return { ...server, [Symbol.asyncDispose]: () => server.stop() }
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
