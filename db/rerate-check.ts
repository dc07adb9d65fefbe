import { sql } from 'kysely'
import { rateBySet } from '../billing/rating.ts'
import type { UsageItem } from '../billing/usage-record.ts'
import type { Db } from './connect.ts'
import { loadRateSets, type RateSetOf } from './rate-sets.ts'

export interface RerateReport {
  /** Charges that were rated again. */
  readonly checked: number
  /** How many of them came out otherwise. */
  readonly broken: number
  /** The first of those. */
  readonly evidence: readonly Readonly<Record<string, unknown>>[]
}

const PAGE = 5_000
const EVIDENCE_MAX = 20

/**
 * Rates every priced usage record again, from the rate version and the quantities that are stored with it: the amount and
 * the billed seconds must come out as they were posted. Reads all usage in key order and holds a page of it; `progress`
 * hears after each page how many are checked.
 */
export async function checkRatings(
  db: Db,
  progress: (checked: number) => void = () => undefined,
): Promise<RerateReport> {
  const evidence: Record<string, unknown>[] = []
  let checked = 0
  let broken = 0
  let page = await listPricedUsage(db, { account: '', id: '' })
  while (page.length > 0) {
    const setOf = await loadRateSets(db, page)
    const differing = page
      .map((usage) => differenceOf(usage, setOf))
      .filter((difference) => difference !== null)
    evidence.push(...differing.slice(0, EVIDENCE_MAX - evidence.length))
    broken += differing.length
    checked += page.length
    progress(checked)
    page = await listPricedUsage(db, page.at(-1) ?? { account: '', id: '' })
  }
  return { checked, broken, evidence }
}

interface PricedUsage {
  readonly account: string
  readonly id: string
  readonly item: UsageItem
  readonly durationMs: number | null
  readonly segments: number | null
  readonly rateVersionId: number
  readonly rateRow: number
  readonly amountMicros: bigint
  readonly billedSeconds: number | null
}

async function listPricedUsage(db: Db, after: { account: string; id: string }): Promise<PricedUsage[]> {
  const { rows } = await sql<PricedUsage>`
    select account_id as account, id, item, duration_ms as "durationMs", segments, rate_version_id as "rateVersionId",
      rate_row as "rateRow", amount_micros as "amountMicros", billed_seconds as "billedSeconds"
    from usage_records
    where rate_row is not null and (account_id, id) > (${after.account}, ${after.id})
    order by account_id, id limit ${PAGE}`.execute(db)
  return rows
}

/** Null when the record comes out as it was posted. */
function differenceOf(usage: PricedUsage, setOf: RateSetOf): Record<string, unknown> | null {
  const { account, id, amountMicros, billedSeconds } = usage
  const rerated = rateBySet(usage, setOf(usage))
  if (rerated?.amount === amountMicros && rerated.billedSeconds === billedSeconds) return null
  return {
    account,
    id,
    amountMicros,
    billedSeconds,
    reratedMicros: rerated?.amount,
    reratedSeconds: rerated?.billedSeconds,
  }
}
