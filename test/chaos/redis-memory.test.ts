import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { environment } from '../../config/environment.ts'
import { expectChargedOnce, sendUntilStored, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { environmentOf } from '../support/worker-process.ts'

const WORKER = new URL('../../scripts/worker.ts', import.meta.url).pathname

it('a full Redis refuses producers and loses nothing: usage is charged once when there is room again', async () => {
  const redis = await startOwnRedis()
  const pipeline = await setupPipeline(redis)
  const calls = someCalls(4_000)
  await sendUntilStored(pipeline.producer, calls.slice(0, 2_000))
  await redis.run('CONFIG SET maxmemory 1mb')
  await startRecoveringWorker(pipeline)
  await expect(pipeline.producer.addAll(calls.slice(2_000))).rejects.toThrow('OOM')
  await pipeline.logged.line('queue error')
  await redis.run('CONFIG SET maxmemory 0')
  await sendUntilStored(pipeline.producer, calls.slice(2_000))
  await expectChargedOnce(pipeline, calls)
})

it('usage is charged once when Redis is full while a worker is at work', async () => {
  const redis = await startOwnRedis()
  const pipeline = await setupPipeline(redis)
  const calls = someCalls(4_000)
  await sendUntilStored(pipeline.producer, calls)
  await startRecoveringWorker(pipeline)
  await pipeline.logged.line('usage committed')
  await redis.run('CONFIG SET maxmemory 1mb')
  await expect.poll(() => redis.run('INFO errorstats')).toContain('OOM')
  await redis.run('CONFIG SET maxmemory 0')
  await expectChargedOnce(pipeline, calls)
})

it('a worker refuses to start on a Redis that may evict jobs', async () => {
  const redis = await startOwnRedis()
  const { config } = await setupPipeline(redis)
  await redis.run('CONFIG SET maxmemory-policy allkeys-lru')
  const env = { ...environment, ...environmentOf(config) }
  const starting = promisify(execFile)(process.execPath, [WORKER], { env })
  await expect(starting).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('allkeys-lru') })
})
