import { describe, expect, it } from 'vitest'
import { expectChargedOnce, queuesAreEmpty, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { type Step, spawnWorker } from '../support/worker-process.ts'

const STEPS: Step[] = ['in the transaction, before posting', 'after the commit, before the acknowledgement']

describe.each(queueBackends())('on the $name back end, a worker frozen beyond its lock', (backend) => {
  it.each(STEPS)('%s charges nothing that another one has charged meanwhile', async (at) => {
    const pipeline = await setupPipeline(backend)
    const calls = someCalls(60)
    const frozen = spawnWorker(pipeline.config, { halt: { at, signal: 'SIGSTOP' } })
    await pipeline.producer.addAll(calls)
    await frozen.line('halting')
    await startRecoveringWorker(pipeline)
    await queuesAreEmpty(pipeline)

    frozen.kill('SIGCONT')
    await frozen.line('job done')
    frozen.kill('SIGTERM')
    expect(await frozen.ended).toBe(0)
    const commits = [...frozen.lines, ...pipeline.logged.lines].filter(({ msg }) => msg === 'usage committed')
    expect(commits).toContainEqual(expect.objectContaining({ charged: 60, duplicates: 0 }))
    expect(commits).toContainEqual(expect.objectContaining({ charged: 0, duplicates: 60 }))
    await expectChargedOnce(pipeline, calls)
  })
})
