import { describe, expect, it } from 'vitest'
import { queuesAreEmpty, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { spawnWorker } from '../support/worker-process.ts'

const DEATHS = 5

/** Five deaths take their time, and both back ends count them. */
const backends = queueBackends().slice(0, 1)

describe.each(backends)('on the $name back end, a job that kills its workers', (backend) => {
  it('is kept as unrated after five of them, and other work goes on', async () => {
    const pipeline = await setupPipeline(backend)
    const { db, config, producer } = pipeline
    await producer.addAll(someCalls(3, { prefix: 'poison' }))
    for (let death = 1; death <= DEATHS; death++) {
      const victim = spawnWorker(config, { halt: { at: 'posting a poison record', signal: 'SIGKILL' } })
      expect(await victim.ended).toBe('SIGKILL')
      if (death === 3) await producer.addAll(someCalls(3, { prefix: 'sound' }))
    }
    await startRecoveringWorker(pipeline)
    await queuesAreEmpty(pipeline)
    const kept = await db
      .selectFrom('unrated_usage')
      .select(['record_id', 'reason'])
      .orderBy('record_id')
      .execute()
    expect(kept).toEqual([0, 1, 2].map((n) => ({ record_id: `poison-${n}`, reason: 'worker_killer' })))
    const charged = await db.selectFrom('usage_records').select('id').orderBy('id').execute()
    expect(charged.map(({ id }) => id)).toEqual(['sound-0', 'sound-1', 'sound-2'])
  })
})
