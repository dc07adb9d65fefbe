import { describe, expect, it } from 'vitest'
import {
  creditJustEnough,
  expectChargedOnce,
  queuesAreEmpty,
  someCalls,
  startRecoveringWorker,
  startSweeping,
} from '../support/faults.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { type Step, spawnWorker } from '../support/worker-process.ts'

const CALLS = 60

interface Death {
  readonly at: Step
  /** Records that are stored by then. */
  readonly stored: number
}

const FIRST: Death = { at: 'before rating', stored: 0 }
const LAST: Death = { at: 'after the commit, before the acknowledgement', stored: CALLS }
const DEATHS: Death[] = [
  FIRST,
  { at: 'after rating, before the transaction', stored: 0 },
  { at: 'in the transaction, before posting', stored: 0 },
  { at: 'in the transaction, after posting', stored: 0 },
  { at: 'in the transaction, before its commit is sent', stored: 0 },
  LAST,
]

/** Between the first step and the last one the queue plays no part. */
const PLACES = queueBackends().map((backend, n) => ({ backend, deaths: n === 0 ? DEATHS : [FIRST, LAST] }))

describe.each(PLACES)(
  'on the $backend.name back end, a batch whose worker is killed',
  ({ backend, deaths }) => {
    it.each(deaths)('$at is charged once by the next worker', async ({ at, stored }) => {
      const pipeline = await setupPipeline(backend)
      const { db, config, producer } = pipeline
      await creditJustEnough(db)
      const calls = someCalls(CALLS)
      const victim = spawnWorker(config, { halt: { at, signal: 'SIGKILL' } })
      await producer.addAll(calls)
      expect(await victim.ended).toBe('SIGKILL')
      expect(await db.selectFrom('usage_records').select('id').execute()).toHaveLength(stored)

      await startRecoveringWorker(pipeline)
      startSweeping(pipeline)
      await expectChargedOnce(pipeline, calls)
      const owed = () => db.selectFrom('outbox').select(['account_id', 'done_at']).execute()
      await expect.poll(owed).toEqual([{ account_id: 'acct_a', done_at: expect.any(Date) }])
    })

    it('after its acknowledgement is not delivered again', async () => {
      const pipeline = await setupPipeline(backend)
      const calls = someCalls(CALLS)
      const victim = spawnWorker(pipeline.config)
      await pipeline.producer.addAll(calls)
      await queuesAreEmpty(pipeline)
      victim.kill('SIGKILL')
      expect(await victim.ended).toBe('SIGKILL')
      await startRecoveringWorker(pipeline)
      await expectChargedOnce(pipeline, calls)
      expect(pipeline.logged.lines.map(({ msg }) => msg)).not.toContain('usage committed')
    })
  },
)
