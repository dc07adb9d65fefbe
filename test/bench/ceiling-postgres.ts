import type { RatedUsage } from '../../billing/rated-usage.ts'
import { systemClock } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import { accountsOf, postUsageStatement, usageColumns } from '../../db/ledger.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { rateRecords } from '../../jobs/rate-records.ts'
import { checkAndDrop } from './check-ledger.ts'
import { type Measurement, measure } from './measure.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { Rig } from './rig.ts'
import type { ScenarioRows } from './row-supply.ts'
import type { UsageRow } from './usage-rows.ts'

/** Larger groups gain nothing, smaller ones pay more often for the commit. */
const GROUP_RECORDS = 8_000

/**
 * The most that one connection can write into the ledger's tables: ready-made groups, each one statement and one
 * commit, with no queue, no rating and no arrays to build.
 */
export async function runCeilingPostgres(rig: Rig, { warmUp, counted }: ScenarioRows): Promise<Measurement> {
  const ledger = await rig.ledgers.create()
  const rated = await rateRows(ledger.db, [...warmUp, ...counted])
  const post = async ({ columns, accounts }: ReadyGroup) => {
    await postUsageStatement(columns, accounts, systemClock.now()).execute(ledger.db)
  }

  for (const group of readyGroups(rated.slice(0, warmUp.length))) await post(group)
  const groups = readyGroups(rated.slice(warmUp.length))
  const measured = await measure(rig, counted.length, async () => {
    const startedAtMs = monotonicMs()
    for (const group of groups) await post(group)
    return { startedAtMs, endedAtMs: monotonicMs() }
  })

  checkAndDrop(rig, ledger, { scenario: 'ceilingPostgres', charged: rated.length })
  return measured
}

async function rateRows(db: Db, rows: readonly UsageRow[]): Promise<readonly RatedUsage[]> {
  const { rated, refused } = await rateRecords(rows, createRateBook(db), systemClock.now())
  if (refused[0]) throw new Error(`the bench's own record has no price: ${refused[0].message}`)
  return rated
}

type ReadyGroup = ReturnType<typeof readyGroups>[number]

function readyGroups(rated: readonly RatedUsage[]) {
  return Array.from({ length: Math.ceil(rated.length / GROUP_RECORDS) }, (_, index) => {
    const group = rated.slice(index * GROUP_RECORDS, (index + 1) * GROUP_RECORDS)
    return { columns: usageColumns(group), accounts: accountsOf(group) }
  })
}
