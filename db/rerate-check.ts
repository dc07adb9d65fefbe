import { sql } from 'kysely'
import { rateBySet } from '../billing/rating.ts'
import type { UsageItem } from '../billing/usage-record.ts'
import type { Db } from './connect.ts'
import { loadRateSets, type RateSetOf } from './rate-sets.ts'
import type { Tx } from './transaction.ts'

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
 * Rates every priced usage record and every renewal again, from the rate version and the quantities that are stored with it: the amount and
 * the billed seconds must come out as they were posted. Reads all of them in key order and holds a page; `progress`
 * hears after each page how many are checked.
 */
export async function checkRatings(
  db: Db,
  progress: (checked: number) => void = () => undefined,
): Promise<RerateReport> {
  const evidence: Record<string, unknown>[] = []
  let checked = 0
  let broken = 0
  for await (const page of pricedPages(db)) {
    const setOf = await loadRateSets(db, page)
    const differing = page
      .map((usage) => differenceOf(usage, setOf))
      .filter((difference) => difference !== null)
    evidence.push(...differing.slice(0, EVIDENCE_MAX - evidence.length))
    broken += differing.length
    checked += page.length
    progress(checked)
  }
  return { checked, broken, evidence }
}

async function* pricedPages(db: Db): AsyncGenerator<readonly PricedUsage[]> {
  for (const list of [listPricedUsage, listPricedRenewals]) {
    let page = await list(db, { account: '', id: '' })
    while (page.length > 0) {
      yield page
      page = await list(db, page.at(-1) ?? { account: '', id: '' })
    }
  }
}

/** Some entries of an account: those after `after`, up to `upto`. */
export interface EntryRange {
  readonly account: string
  readonly after: bigint
  readonly upto: bigint
}

/** The first charge of an account that comes out otherwise. */
export interface ChargeDiffering {
  readonly account: string
  readonly seq: bigint
  /** Of the account, before this charge. */
  readonly balanceBefore: bigint
}

/** Rates the usage and the renewals behind some entries again; of each account whose charges differ, the first that does. */
export async function checkRatingsOfEntries(
  db: Db | Tx,
  ranges: readonly EntryRange[],
): Promise<ChargeDiffering[]> {
  const charges = await listChargesOf(db, ranges)
  const setOf = await loadRateSets(db, charges)
  const differing = charges.filter((charge) => differenceOf(charge, setOf) !== null)
  return [...Map.groupBy(differing, ({ account }) => account).values()].flatMap((ones) => ones.slice(0, 1))
}

async function listChargesOf(
  db: Db | Tx,
  ranges: readonly EntryRange[],
): Promise<(PricedUsage & ChargeDiffering)[]> {
  const { rows } = await sql<PricedUsage & ChargeDiffering>`
    with charged as (
      select e.account_id, e.seq, e.source, e.balance_after_micros - e.amount_micros as before
      from unnest(${ranges.map(({ account }) => account)}::text[], ${ranges.map(({ after }) => after)}::bigint[],
        ${ranges.map(({ upto }) => upto)}::bigint[]) as asked (account_id, after, upto)
      join entries e on e.account_id = asked.account_id and e.seq > asked.after and e.seq <= asked.upto
    )
    select e.seq, e.before as "balanceBefore", ${PRICED_USAGE}
    from charged e
    cross join lateral (
      select * from usage_records
      where account_id = e.account_id and id = substr(e.source, 7) and rate_row is not null offset 0
    ) u
    where e.source like 'usage/%'
    union all
    select e.seq, e.before, ${PRICED_RENEWAL}
    from charged e
    cross join lateral (
      select * from renewals
      where account_id = e.account_id and number = split_part(e.source, '/', 2)
        and period = split_part(e.source, '/', 3) offset 0
    ) r
    where e.source like 'renewal/%'
    order by account, seq`.execute(db)
  return rows
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

const PRICED_USAGE = sql`u.account_id as account, u.id, u.item, u.duration_ms as "durationMs", u.segments,
  u.rate_version_id as "rateVersionId", u.rate_row as "rateRow", u.amount_micros as "amountMicros",
  u.billed_seconds as "billedSeconds"`

async function listPricedUsage(db: Db, after: { account: string; id: string }): Promise<PricedUsage[]> {
  const { rows } = await sql<PricedUsage>`
    select ${PRICED_USAGE}
    from usage_records u
    where rate_row is not null and (account_id, id) > (${after.account}, ${after.id})
    order by account_id, id limit ${PAGE}`.execute(db)
  return rows
}

/** A renewal is one event of its number; its id here is `<number>/<period>`. */
const PRICED_RENEWAL = sql`r.account_id as account, r.number || '/' || r.period as id, 'phone_number'::item as item,
  null::integer as "durationMs", null::smallint as segments, r.rate_version_id as "rateVersionId",
  r.rate_row as "rateRow", r.amount_micros as "amountMicros", null::integer as "billedSeconds"`

async function listPricedRenewals(db: Db, after: { account: string; id: string }): Promise<PricedUsage[]> {
  const [number = '', period = ''] = after.id.split('/')
  const { rows } = await sql<PricedUsage>`
    select ${PRICED_RENEWAL}
    from renewals r
    where (account_id, number, period) > (${after.account}, ${number}, ${period})
    order by account_id, number, period limit ${PAGE}`.execute(db)
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
