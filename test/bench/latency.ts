import { checkAndDrop } from './check-ledger.ts'
import type { Handler } from './handlers.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { type PipelineOptions, startPipeline } from './pipeline.ts'
import type { Rig } from './rig.ts'
import { percentile } from './statistics.ts'
import { atSteadyPace } from './steady-pace.ts'
import { ACCOUNTS, usageRows } from './usage-rows.ts'
import type { Mark } from './worker-process.ts'

export const RECORDS_PER_SECOND = 500
const WARM_UP_SECONDS = 0.3

export interface Latency {
  readonly p50Ms: number
  readonly p99Ms: number
}

/** From the add of a record to its commit, through the producer client. */
export async function measureUsageLatency(rig: Rig, seconds: number): Promise<Latency> {
  return await measureLatency(rig, seconds, { handler: 'usage', jobs: 'full' })
}

/** From the add of a job to its run. */
export async function measureNoOpLatency(rig: Rig, seconds: number): Promise<Latency> {
  return await measureLatency(rig, seconds, { handler: 'no-op', jobs: 'one record' })
}

/** One shard, because there the record that was added n-th is the n-th to be done. */
async function measureLatency(
  rig: Rig,
  seconds: number,
  { handler, jobs }: { handler: Handler; jobs: PipelineOptions['jobs'] },
): Promise<Latency> {
  const warmUp = Math.round(RECORDS_PER_SECOND * WARM_UP_SECONDS)
  const records = warmUp + Math.round(RECORDS_PER_SECOND * seconds)
  const rows = usageRows({ first: 0, count: records, accounts: ACCOUNTS })
  const ledger = await rig.ledgers.create()
  const pipeline = await startPipeline(rig, ledger, { handler, jobs, workers: [[0]] })
  await pipeline.run(usageRows({ first: records, count: warmUp, accounts: ACCOUNTS }))

  await rig.aftercare.settled()
  const addedAtMs: number[] = []
  await pipeline.run(rows, async (to) => {
    const adds: Promise<void>[] = []
    await atSteadyPace(rows, RECORDS_PER_SECOND, (row) => {
      addedAtMs.push(monotonicMs())
      adds.push(to.add(row))
    })
    await Promise.all(adds)
  })
  const marks = await pipeline.marks()

  await pipeline.stop()
  const charged = handler === 'usage' ? records + warmUp : 0
  checkAndDrop(rig, ledger, { scenario: `latency of ${handler}`, charged })
  const waitedMs = doneAtMs(marks).map((atMs, index) => atMs - (addedAtMs[index] ?? Number.NaN))
  const counted = waitedMs.slice(warmUp)
  return { p50Ms: percentile(counted, 50), p99Ms: percentile(counted, 99) }
}

function doneAtMs(marks: readonly Mark[]): number[] {
  return marks.flatMap(({ records, atMs }) => Array.from({ length: records }, () => atMs))
}
