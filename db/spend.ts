import { type RawBuilder, sql } from 'kysely'
import { type Micros, micros, sumMicros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'

/** Tags of usage that spending is told by. */
const SPEND_TAGS = ['agent', 'lead', 'campaign', 'workflow'] as const
export const SPEND_KEYS = ['item', 'day', 'number', ...SPEND_TAGS] as const
export type SpendKey = (typeof SPEND_KEYS)[number]

export interface SpendQuery {
  readonly account: string
  /** Inclusive, by the time of posting. */
  readonly from: Date
  /** Exclusive, by the time of posting. */
  readonly to: Date
  readonly by: SpendKey
  /** How many groups are told one by one. */
  readonly limit: number
}

/** Charges together: what they come to, above zero, and how many they are. */
export interface Spent {
  readonly amount: Micros
  readonly count: number
}

export interface Spend {
  /** IANA name; days begin by it. */
  readonly timeZone: string
  readonly total: Spent
  /** Days in their order, anything else from the largest on. */
  readonly groups: readonly (Spent & { readonly key: string })[]
  /** The groups beyond the limit. */
  readonly rest: Spent | null
  /** What has no such key. */
  readonly untagged: Spent | null
  /** Charges that were taken back in the same time; the sums above have them still. */
  readonly reversed: Spent | null
}

/**
 * What an account was charged for usage and renewals within a time, by a key of each charge. Null when there is no such
 * account. The bounds are asked for first: with their numbers at hand the planner reads a long time's usage as a whole,
 * and looks a short one's up.
 */
export async function readSpend(db: Db, query: SpendQuery): Promise<Spend | null> {
  const { account, from, to } = query
  const { rows: bounds } = await sql<Bounds>`
    select time_zone as "timeZone", ${lastSeqPosted(account, from, { inclusive: false })} as "afterSeq",
      ${lastSeqPosted(account, to, { inclusive: false })} as "lastSeq"
    from accounts where id = ${account}`.execute(db)
  if (!bounds[0]) return null
  const { rows } = await spendSql(query, bounds[0]).execute(db)
  return toSpend(rows, bounds[0].timeZone)
}

interface Bounds {
  readonly timeZone: string
  readonly afterSeq: bigint
  readonly lastSeq: bigint
}

function spendSql({ account, by, limit }: SpendQuery, { timeZone, afterSeq, lastSeq }: Bounds) {
  const entries = sql`entries e ${isOfUsage(by) ? USAGE : sql``}
      where e.account_id = ${account} and e.seq > ${afterSeq} and e.seq <= ${lastSeq}`
  return sql<SpendRow>`
    with grouped as (
      select ${keyOf(by, timeZone)} as key, -sum(e.amount_micros) as amount, count(*) as count
      from ${entries} and (e.source like 'usage/%' or e.source like 'renewal/%')
      group by 1
    ), placed as (
      select *, row_number() over (order by ${by === 'day' ? sql`key` : sql`amount desc, key`}) as place
      from grouped where key is not null
    )
    select 'group' as part, key, amount::bigint, count, place from placed where place <= ${limit}
    union all
    select 'rest', null, sum(amount)::bigint, sum(count)::bigint, 0 from placed where place > ${limit} having count(*) > 0
    union all
    select 'untagged', null, amount::bigint, count, 0 from grouped where key is null
    union all
    select 'reversed', null, sum(amount_micros)::bigint, count(*), 0 from entries
    where account_id = ${account} and seq > ${afterSeq} and seq <= ${lastSeq} and amount_micros > 0
      and source like 'reversal/%' and source not like 'usage/%' and contra::text like 'revenue:%'
    having count(*) > 0
    order by place`
}

interface SpendRow {
  readonly part: 'group' | 'rest' | 'untagged' | 'reversed'
  readonly key: string | null
  readonly amount: bigint
  readonly count: bigint
}

function toSpend(rows: readonly SpendRow[], timeZone: string): Spend {
  const one = (wanted: SpendRow['part']) => {
    const row = rows.find(({ part }) => part === wanted)
    return row ? spentOf(row) : null
  }
  const groups = rows.flatMap((row) =>
    row.part === 'group' && row.key !== null ? [{ key: row.key, ...spentOf(row) }] : [],
  )
  const [rest, untagged] = [one('rest'), one('untagged')]
  const parts = [...groups, ...(rest ? [rest] : []), ...(untagged ? [untagged] : [])]
  const total = {
    amount: sumMicros(parts.map(({ amount }) => amount)),
    count: parts.reduce((sum, { count }) => sum + count, 0),
  }
  return { timeZone, total, groups, rest, untagged, reversed: one('reversed') }
}

function spentOf({ amount, count }: SpendRow): Spent {
  return { amount: micros(amount), count: Number(count) }
}

function isOfUsage(by: SpendKey): boolean {
  return by !== 'item' && by !== 'day'
}

const USAGE = sql`left join usage_records u
  on u.account_id = e.account_id and u.id = substr(e.source, 7) and e.source like 'usage/%'`

/** The account's own number: that which called or texted, or was called, texted, bought or renewed. */
const OWN_NUMBER = sql`case when e.source like 'renewal/%' then split_part(e.source, '/', 2)
  when u.kind = 'inbound' or u.item in ('incoming_text', 'phone_number') then u.to_number else u.from_number end`

function keyOf(by: SpendKey, timeZone: string): RawBuilder<unknown> {
  if (by === 'item') return sql`e.item::text`
  if (by === 'day') return sql`(e.posted_at at time zone ${timeZone})::date::text`
  return by === 'number' ? OWN_NUMBER : sql`nullif(u.tags ->> ${by}, '')`
}
