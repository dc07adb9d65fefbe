import { describe, expect, it } from 'vitest'
import { creditJustEnough, expectChargedOnce, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { spawnWorker } from '../support/worker-process.ts'

describe.each(queueBackends())(
  'on the $name back end, a worker that freezes with an account locked',
  (backend) => {
    it('is cut off by Postgres, so that another one can charge the account', async () => {
      const pipeline = await setupPipeline(backend)
      await creditJustEnough(pipeline.db)
      const calls = someCalls(60)
      const frozen = spawnWorker(pipeline.config, {
        halt: { at: 'in the transaction, after posting', signal: 'SIGSTOP' },
      })
      await pipeline.producer.addAll(calls)
      await frozen.line('halting')
      await startRecoveringWorker(pipeline)
      await expectChargedOnce(pipeline, calls)

      frozen.kill('SIGCONT')
      await frozen.line('job failed')
      frozen.kill('SIGTERM')
      expect(await frozen.ended).toBe(0)
      await expectChargedOnce(pipeline, calls)
    })
  },
)
