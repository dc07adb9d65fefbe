import { expect, it } from 'vitest'
import { expectChargedOnce, sendUntilStored, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts'
import { setupPipeline } from '../support/pipeline.ts'

const FAULTS: { fault: string; happens: (redis: OwnRedis) => Promise<unknown> }[] = [
  { fault: 'stops', happens: (redis) => redis.stop().then(redis.start) },
  { fault: 'is killed', happens: (redis) => redis.crash().then(redis.start) },
  {
    fault: 'turns read-only, as after a failover,',
    happens: async (redis) => {
      await redis.run('REPLICAOF 127.0.0.1 1')
      await expect.poll(() => redis.run('INFO errorstats')).toContain('READONLY')
      await redis.run('REPLICAOF NO ONE')
    },
  },
]

it.each(FAULTS)('usage is charged once when Redis $fault and comes back under load', async ({ happens }) => {
  const redis = await startOwnRedis()
  const pipeline = await setupPipeline(redis)
  await startRecoveringWorker(pipeline)
  const calls = someCalls(4_000)
  const sending = sendUntilStored(pipeline.producer, calls)
  const some = () => pipeline.db.selectFrom('usage_records').select('id').limit(1).execute()
  await expect.poll(some, { interval: 5 }).toHaveLength(1)
  await happens(redis)
  await sending
  await expectChargedOnce(pipeline, calls)
})
