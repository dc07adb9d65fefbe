import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../config/clock.ts'
import { listRuns } from '../../db/run-list.ts'
import { runs } from '../../jobs/runs.ts'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'

const STOP_MS = 5_000

describe.each(queueBackends())('on the $name back end', (backend) => {
  it('two schedulers and two workers run every kind once, from the first boot on', async () => {
    const { db, deps } = await setupPipeline(backend)
    const atWork = { ...deps, clock: systemClock }
    const processes = [
      startScheduler(atWork),
      startScheduler(atWork),
      await startWorker(atWork),
      await startWorker(atWork),
    ]
    onTestFinished(async () => {
      await Promise.all(processes.map((process) => process.stop(STOP_MS)))
    })
    const finished = await vi.waitFor(
      async () => {
        const rows = await listRuns(db, { kind: null, limit: 100 })
        expect(rows.filter(({ finishedAt }) => finishedAt)).toHaveLength(runs.length)
        return rows
      },
      { timeout: 30_000 },
    )
    expect(finished.map(({ kind }) => kind).sort()).toEqual(runs.map(({ kind }) => kind).sort())
    expect(new Set(finished.map(({ date }) => date))).toHaveLength(1)
  })
})
