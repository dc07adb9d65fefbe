import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../config/clock.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { expectChargedOnce, sendUntilStored, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { type Pipeline, setupPipeline } from '../support/pipeline.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { FAST_LOCKS } from '../support/worker-process.ts'

it('a batch whose connection to Redis is cut between commit and acknowledgement is charged once', async () => {
  const { pipeline, proxy } = await setupBehindProxy()
  const deps = { ...pipeline.deps, clock: systemClock, lockTiming: FAST_LOCKS }
  const worker = await startWorker(deps, () => proxy.cut())
  onTestFinished(() => worker.stop(5_000))
  const calls = someCalls(600)
  await sendUntilStored(pipeline.producer, calls)
  await expectChargedOnce(pipeline, calls)
})

it('a batch whose acknowledgement is taken by Redis but never answered is charged once', async () => {
  const { pipeline, proxy } = await setupBehindProxy()
  await startRecoveringWorker(pipeline)
  const dropped = proxy.dropAnswerTo(/:completed\r\n/)
  const calls = someCalls(600)
  await sendUntilStored(pipeline.producer, calls)
  await dropped
  await expectChargedOnce(pipeline, calls)
})

it('a producer learns that Redis neither answers nor hangs up, and what it sends again is charged once', async () => {
  const { pipeline, proxy } = await setupBehindProxy()
  await startRecoveringWorker(pipeline)
  const calls = someCalls(600)
  await sendUntilStored(pipeline.producer, calls.slice(0, 300))
  proxy.blackhole()
  await expect(pipeline.producer.addAll(calls.slice(300))).rejects.toThrow('timed out')
  proxy.forward()
  await sendUntilStored(pipeline.producer, calls.slice(300))
  await expectChargedOnce(pipeline, calls)
})

/** Everything but the test itself reaches Redis by way of the proxy. */
async function setupBehindProxy(): Promise<{ pipeline: Pipeline; proxy: TcpProxy }> {
  const redis = await startOwnRedis()
  const proxy = await startTcpProxy(redis.redisUrl)
  onTestFinished(() => proxy.close())
  const pipeline = await setupPipeline({ name: 'redis', redisUrl: proxy.through(redis.redisUrl) })
  return { pipeline, proxy }
}
