import { describe, expect, it } from 'vitest'
import { expectChargedOnce, sendUntilStored, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { withClient } from '../support/pg-client.ts'
import { countSessions } from '../support/pg-sessions.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { environmentOf, spawnProcess, spawnWorker } from '../support/worker-process.ts'

const WORKER = new URL('../../scripts/worker.ts', import.meta.url).pathname

describe.each(queueBackends())('on the $name back end, a worker that is told to stop', (backend) => {
  it('under load, and told again, ends what it began and leaves the rest to the next one', async () => {
    const pipeline = await setupPipeline(backend)
    const calls = someCalls(4_000)
    await sendUntilStored(pipeline.producer, calls)
    for (const jobsDone of [1, 5]) {
      const worker = spawnProcess([WORKER], environmentOf(pipeline.config))
      await worker.line('job done', jobsDone)
      worker.kill('SIGTERM')
      worker.kill('SIGTERM')
      expect(await worker.ended).toBe(0)
    }
    await startRecoveringWorker(pipeline)
    await expectChargedOnce(pipeline, calls)
  })

  it('in less time than its work needs ends all the same, and the work is done by the next one', async () => {
    const pipeline = await setupPipeline(backend)
    const calls = someCalls(60)
    await withClient(pipeline.database.ownerUrl, async (holder) => {
      await holder.query(`begin; select from accounts where id = 'acct_a' for update`)
      const worker = spawnWorker(pipeline.config, { graceMs: 100 })
      await pipeline.producer.addAll(calls)
      const blocked = () => countSessions(pipeline.database.ownerUrl, `wait_event_type = 'Lock'`)
      await expect.poll(blocked, { timeout: 15_000 }).toBe(1)
      worker.kill('SIGTERM')
      expect(await worker.ended).toBe(0)
      await worker.line('stopped with jobs still running: the queue delivers them again')
      await holder.query('rollback')
    })
    await startRecoveringWorker(pipeline)
    await expectChargedOnce(pipeline, calls)
  })
})
