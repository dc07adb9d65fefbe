import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Db } from '../../db/connect.ts'
import { queuesAreEmpty, startRecoveringWorker } from '../support/faults.ts'
import { type Pipeline, setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'

/** The schedules of one seed are always the same. */
const SEED = 20_260_302
const RUNS = 8
const STOP_MS = 5_000

/** A call of one of some thirty ids, in one of two contents. */
interface Call {
  readonly n: number
  readonly durationMs: number
}

/** Calls are sent together, or the worker is replaced by another one. */
type Event = readonly Call[] | 'restart'

const call: fc.Arbitrary<Call> = fc.record({ n: fc.nat(30), durationMs: fc.constantFrom(1_000, 2_000) })
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.array(call, { maxLength: 80 }) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
)
const schedule = fc.array(event, { minLength: 2, maxLength: 10 })

describe.each(queueBackends())('on the $name back end, any schedule', (backend) => {
  it('of duplicates, conflicts and restarts charges each record once and keeps what contradicts it', async () => {
    const pipeline = await setupPipeline(backend)
    let runs = 0
    const holds = fc.asyncProperty(schedule, async (events) => {
      const run = `run-${++runs}`
      const sent = await play(events, run, pipeline)
      await expectEachOnce(pipeline.db, run, sent)
    })
    await fc.assert(holds, { seed: SEED, numRuns: RUNS, endOnFailure: true })
  })
})

/** Resolves with what was sent when all of it has been worked. */
async function play(events: readonly Event[], run: string, pipeline: Pipeline): Promise<string[]> {
  let worker = await startRecoveringWorker(pipeline)
  const sent: string[] = []
  const sending: Promise<void>[] = []
  for (const event of events) {
    if (event === 'restart') {
      await worker.stop(STOP_MS)
      worker = await startRecoveringWorker(pipeline)
    } else {
      const records = event.map(({ n, durationMs }) => callRecord({ id: `${run}-${n}`, durationMs }))
      sending.push(pipeline.producer.addAll(records))
      sent.push(...records.map(({ id, durationMs }) => `${id} ${durationMs}`))
    }
  }
  await Promise.all(sending)
  await queuesAreEmpty(pipeline)
  await worker.stop(STOP_MS)
  return sent
}

async function expectEachOnce(db: Db, run: string, sent: readonly string[]): Promise<void> {
  const charged = await db
    .selectFrom('usage_records')
    .select(['id', 'duration_ms'])
    .where('id', 'like', `${run}-%`)
    .execute()
  const kept = await db
    .selectFrom('unrated_usage')
    .select(['record', 'reason'])
    .where('record_id', 'like', `${run}-%`)
    .execute()
  expect(kept.filter(({ reason }) => reason !== 'conflict')).toEqual([])
  const chargedIds = charged.map(({ id }) => id)
  expect(chargedIds.sort()).toEqual([...new Set(sent.map(idOf))].sort())
  const worked = [
    ...charged.map((row) => `${row.id} ${row.duration_ms}`),
    ...kept.map(({ record }) => JSON.parse(record)).map(({ id, durationMs }) => `${id} ${durationMs}`),
  ]
  expect(worked.sort()).toEqual([...new Set(sent)].sort())
}

function idOf(version: string): string {
  return version.split(' ')[0] ?? ''
}
