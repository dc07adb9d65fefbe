import { type RawBuilder, sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import { USAGE_ITEMS, type UsageItem, type UsageKind } from '../billing/usage-record.ts'
import { searchEntries } from './activity-search.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'
import type { EntryItem } from './schema.ts'

export interface StatementQuery {
  readonly account: string
  /** Inclusive, by the time of posting; null since ever. */
  readonly from: Date | null
  /** Exclusive, by the time of posting; null until now. */
  readonly to: Date | null
  readonly show: 'all' | 'debits' | 'credits'
  readonly item: EntryItem | null
  /** E.164 or a short code: `from` or `to` of the usage, or the number of a renewal. */
  readonly number: string | null
  /** The call that the usage names, or else is by itself. */
  readonly callId: string | null
  /** Only entries before this one; null starts with the newest. */
  readonly beforeSeq: bigint | null
  readonly limit: number
}

export interface StatementEntry {
  readonly seq: bigint
  readonly item: EntryItem
  readonly amount: Micros
  readonly balanceAfter: Micros
  readonly source: string
  readonly occurredAt: Date
  readonly postedAt: Date
  /** Why it was posted, where a person decided. */
  readonly reason: string | null
  /** The usage it charges for, a renewal told as one; null for other entries. */
  readonly usage: ChargedUsage | null
}

export interface ChargedUsage {
  readonly item: UsageItem
  readonly kind: UsageKind | null
  readonly from: string | null
  readonly to: string
  readonly durationMs: number | null
  readonly segments: number | null
  readonly callId: string | null
  readonly tags: Readonly<Record<string, string>> | null
  /** What priced it. */
  readonly rateVersionId: number
  readonly rateRow: number
}

/**
 * A page of an account's entries, newest first by seq, that is in the order of their posting; null when there is no
 * such account. Entries posted meanwhile never move a page.
 */
export async function readStatement(db: Db, query: StatementQuery): Promise<StatementEntry[] | null> {
  const { rows } = await statementSql(query).execute(db)
  return rows.length === 0 ? null : rows.flatMap(toEntry)
}

/**
 * One statement: the dates become bounds of seq, the page is read by primary key, and each entry of usage or of a renewal
 * brings its record along.
 */
export function statementSql(query: StatementQuery): RawBuilder<StatementRow> {
  const { account, from, to, beforeSeq } = query
  return sql<StatementRow>`
    with bounds as (
      select ${from ? lastSeqPosted(account, from, { inclusive: false }) : sql`0`} as after_seq,
        least(${to ? lastSeqPosted(account, to, { inclusive: false }) : sql`entry_seq`}, ${beforeSeq}::bigint - 1) as last_seq
      from accounts where id = ${account}
    ),
    page as materialized (
      select e.* from bounds cross join lateral (${newestOf(query)}) as e
    )
    select p.seq, p.item, p.amount_micros, p.balance_after_micros, p.source, p.occurred_at, p.posted_at,
      n.reason, coalesce(u.id, r.period) as usage_id, coalesce(u.item, 'phone_number') as usage_item,
      case when r.period is null then u.kind else 'renewal' end as kind, u.from_number,
      coalesce(u.to_number, r.number) as to_number, u.duration_ms, u.segments, u.call_id, u.tags,
      coalesce(u.rate_version_id, r.rate_version_id) as rate_version_id, coalesce(u.rate_row, r.rate_row) as rate_row
    from bounds
      left join page p on true
      left join lateral (
        select * from usage_records
        where account_id = p.account_id and id = substr(p.source, 7) and p.source like 'usage/%' offset 0
      ) u on true
      left join lateral (
        select * from renewals
        where account_id = p.account_id and number = split_part(p.source, '/', 2)
          and period = split_part(p.source, '/', 3) and p.source like 'renewal/%' offset 0
      ) r on true
      left join entry_notes n on n.account_id = p.account_id and n.seq = p.seq
    order by p.seq desc`
}

/** The entries of the page: where few of many may match, by search, else in turn. */
function newestOf(query: StatementQuery) {
  const { account, number, callId, limit } = query
  const item = query.show === 'credits' ? null : (USAGE_ITEMS.find((one) => one === query.item) ?? null)
  if (number !== null || callId !== null || item !== null) {
    return searchEntries({ account, number, callId, item, limit }, conditionOf(query))
  }
  return sql`
    select * from entries e where account_id = ${account} and seq <= last_seq and ${conditionOf(query)}
    order by seq desc limit ${limit}`
}

/** Items that no usage has. */
const OTHER_ITEMS: readonly EntryItem[] = ['funds_added', 'refund', 'dispute', 'adjustment', 'promotion']

/** Usage is always a debit: saying so leads the search for credits to the small index of other sources. */
function conditionOf({ from, show, item }: StatementQuery) {
  const conditions = [
    ...(from ? [sql`e.seq > after_seq`] : []),
    ...(show === 'debits' ? [sql`e.amount_micros < 0`] : []),
    ...(show === 'credits' ? [sql`e.amount_micros > 0`] : []),
    ...(item ? [sql`e.item = ${item}`] : []),
    ...(show === 'credits' || (item && OTHER_ITEMS.includes(item)) ? [sql`e.source not like 'usage/%'`] : []),
  ]
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`
}

interface StatementRow {
  /** Null in the one row of an account whose page is empty. */
  seq: bigint | null
  item: EntryItem
  amount_micros: bigint
  balance_after_micros: bigint
  source: string
  occurred_at: Date
  posted_at: Date
  reason: string | null
  usage_id: string | null
  usage_item: UsageItem
  kind: UsageKind | null
  from_number: string | null
  to_number: string
  duration_ms: number | null
  segments: number | null
  call_id: string | null
  tags: Record<string, string> | null
  rate_version_id: number
  rate_row: number
}

function toEntry(row: StatementRow): StatementEntry[] {
  if (row.seq === null) return []
  const entry = {
    seq: row.seq,
    item: row.item,
    amount: micros(row.amount_micros),
    balanceAfter: micros(row.balance_after_micros),
    source: row.source,
    occurredAt: row.occurred_at,
    postedAt: row.posted_at,
    reason: row.reason,
    usage: row.usage_id === null ? null : toUsage(row),
  }
  return [entry]
}

function toUsage(row: StatementRow): ChargedUsage {
  return {
    item: row.usage_item,
    kind: row.kind,
    from: row.from_number,
    to: row.to_number,
    durationMs: row.duration_ms,
    segments: row.segments,
    callId: row.call_id,
    tags: row.tags,
    rateVersionId: row.rate_version_id,
    rateRow: row.rate_row,
  }
}
