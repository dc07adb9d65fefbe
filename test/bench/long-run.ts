import { sql } from 'kysely'
import type { Db } from '../../db/connect.ts'
import { checkAndDrop } from './check-ledger.ts'
import { startPipeline } from './pipeline.ts'
import type { Rig } from './rig.ts'
import { median } from './statistics.ts'
import { ACCOUNTS, usageRows } from './usage-rows.ts'

export interface LongRun {
  readonly records: number
  /** The worker's memory after each step of the run; the heap after a full garbage collection. */
  readonly heapBytes: readonly number[]
  readonly rssBytes: readonly number[]
  /** Median heap of the last quarter over that of the second one: 1 is flat. */
  readonly heapGrowth: number
  /** Table and index bytes that the run added per charged record. */
  readonly bytesPerRecord: Readonly<Record<string, number>> & { readonly total: number }
}

/** One worker charges many records without a restart: what they cost in its memory and on disk. */
export async function measureLongRun(
  rig: Rig,
  { records, steps }: { records: number; steps: number },
): Promise<LongRun> {
  const ledger = await rig.ledgers.create()
  const before = await relationBytes(ledger.db)
  const [worker] = rig.workers
  if (!worker) throw new RangeError('there is no worker process')
  const pipeline = await startPipeline(rig, ledger, { handler: 'usage', jobs: 'full', workers: [[0]] })
  const samples: { heapBytes: number; rssBytes: number }[] = []
  const count = records / steps
  for (let step = 0; step < steps; step++) {
    await pipeline.run(usageRows({ first: step * count, count, accounts: ACCOUNTS }))
    samples.push(await worker.call('memory', null))
  }
  await pipeline.stop()
  const after = await relationBytes(ledger.db)
  checkAndDrop(rig, ledger, { scenario: 'long run', charged: records })

  const heapBytes = samples.map((sample) => sample.heapBytes)
  const perRecord = Object.entries(after).map(([name, bytes]) => [
    name,
    (bytes - (before[name] ?? 0)) / records,
  ])
  return {
    records,
    heapBytes,
    rssBytes: samples.map((sample) => sample.rssBytes),
    heapGrowth: median(quarter(heapBytes, 4)) / median(quarter(heapBytes, 2)),
    bytesPerRecord: {
      ...Object.fromEntries(perRecord),
      total: perRecord.reduce((total, [, bytes]) => total + Number(bytes), 0),
    },
  }
}

function quarter(samples: readonly number[], nth: number): readonly number[] {
  return samples.slice(((nth - 1) * samples.length) / 4, (nth * samples.length) / 4)
}

/** Both hot tables and their indexes. */
async function relationBytes(db: Db): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string; bytes: bigint }>`
    select c.relname as name, pg_table_size(c.oid) as bytes
    from pg_class c left join pg_index i on i.indexrelid = c.oid
    where coalesce(i.indrelid, c.oid) in ('usage_records'::regclass, 'entries'::regclass)`.execute(db)
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes)]))
}
