import { expect, it, onTestFinished } from 'vitest'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { openQueue } from '../../jobs/queues.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { listSpoolFiles, openSpool, readSpoolFile } from '../../jobs/spool.ts'
import { createUsageProducer, type UsageProducer } from '../../jobs/usage-producer.ts'
import { startScheduler } from '../../workers/start-scheduler.ts'
import {
  creditJustEnough,
  expectChargedOnce,
  queuesAreEmpty,
  sendUntilStored,
  someCalls,
  startRecoveringWorker,
} from '../support/faults.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { withClient } from '../support/pg-client.ts'
import { type Pipeline, setupPipeline } from '../support/pipeline.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const SWEEP = { timeout: 15_000 }

it('usage that was lost with the content of Redis is charged once after a replay of the spool', async () => {
  await using folder = await scratchFolder('spool')
  const redis = await startOwnRedis()
  const pipeline = await setupPipeline(redis)
  const producer = await spoolingProducer(pipeline, folder.path)
  const lost = someCalls(4_000, { prefix: 'before' })
  const kept = someCalls(400, { prefix: 'after' })
  await withClient(pipeline.database.ownerUrl, async (holder) => {
    await holder.query(`begin; select from accounts where id = 'acct_a' for update`)
    await startRecoveringWorker(pipeline)
    await sendUntilStored(producer, lost)
    await redis.run('FLUSHALL')
    await holder.query('rollback')
  })
  await sendUntilStored(producer, kept)
  await queuesAreEmpty(pipeline)
  const stored = await pipeline.db.selectFrom('usage_records').select('id').execute()
  expect(stored.length).toBeLessThan(lost.length + kept.length)

  await producer.close()
  for (const path of await listSpoolFiles(folder.path)) {
    await pipeline.producer.addAll(await Array.fromAsync(readSpoolFile(path)))
  }
  await expectChargedOnce(pipeline, [...lost, ...kept])
})

it('a recharge that is owed while Redis is down, and is then lost by it, is noted all the same', async () => {
  const redis = await startOwnRedis()
  const pipeline = await setupPipeline(redis)
  const { db, clock, deps, logged } = pipeline
  await creditJustEnough(db)
  const scheduler = startScheduler(deps)
  onTestFinished(() => scheduler.stop(5_000))
  const recharges = openQueue(deps.config, { kind: 'recharge', name: 'recharge' }, () => undefined)
  onTestFinished(() => recharges.close())
  await recharges.waitUntilReady()

  await redis.stop()
  await chargeRecords({ db, clock, newId: systemNewId, rateBook: createRateBook(db) }, someCalls(1))
  await logged.line('outbox hand-over failed; what was claimed is handed over again after a minute')
  await redis.start()
  clock.advance(60_001)
  await expect.poll(() => recharges.getJobCounts('wait'), SWEEP).toEqual({ wait: 1 })
  await redis.run('FLUSHALL')
  clock.advance(60_001)
  await expect.poll(() => recharges.getJobCounts('wait'), SWEEP).toEqual({ wait: 1 })
  await startRecoveringWorker(pipeline)
  await logged.line('account needs a recharge')
  expect(await db.selectFrom('outbox').select('hand_overs').execute()).toEqual([{ hand_overs: 3 }])
})

async function spoolingProducer({ config }: Pipeline, folder: string): Promise<UsageProducer> {
  const spool = await openSpool(folder, systemClock)
  return createUsageProducer(config, { spool, onError: (error) => expect.fail(error.message) })
}
