import { sql } from 'kysely'
import type { RatedUsage } from '../billing/rated-usage.ts'
import { arrayLiteral } from './array-literal.ts'
import { MOVED, MOVED_COLUMNS } from './move-balances.ts'
import type { Tx } from './transaction.ts'

export interface PostedUsage {
  /** Usage records that were stored now; the others were there before, or their account is missing. */
  readonly stored: number
  /** Entries made: stored records that cost something. */
  readonly entries: number
  /** Sum of what was debited, in micros. */
  readonly debitedMicros: bigint
  /** Accounts among the given ones that are unknown or closed: nothing of theirs was stored. */
  readonly missing: readonly string[]
  /** Accounts whose balance fell below their recharge threshold or a level of low balance, or to zero. */
  readonly crossed: readonly string[]
}

/**
 * Writes a group of rated usage: the records, one debit for each that costs something, and the balances, in one
 * statement. A record whose id its account already has is left out, whatever its content. Accounts are locked in id
 * order before anything is written, so groups that share accounts wait for each other instead of deadlocking.
 * Within an account the entries follow `occurredAt`; `postedAt` is never before the account's last entry.
 */
export async function postUsage(tx: Tx, group: readonly RatedUsage[], now: Date): Promise<PostedUsage> {
  if (group.length === 0) return NOTHING_POSTED
  const { rows } = await postUsageStatement(usageColumns(group), accountsOf(group), now).execute(tx)
  const row = rows[0]
  if (!row) throw new Error('posting usage returned no row')
  return {
    stored: row.stored,
    entries: row.entries,
    debitedMicros: row.debited,
    missing: row.missing,
    crossed: row.crossed,
  }
}

const NOTHING_POSTED: PostedUsage = { stored: 0, entries: 0, debitedMicros: 0n, missing: [], crossed: [] }

export interface PostUsageRow {
  stored: number
  entries: number
  debited: bigint
  missing: string[]
  crossed: string[]
}

/** The statement of `postUsage`, from columns that are already array literals. */
export function postUsageStatement(columns: UsageColumns, accounts: string, now: Date) {
  return sql<PostUsageRow>`
    with input as (
      select * from unnest(
        ${columns.accountId}::text[], ${columns.id}::text[], ${columns.item}::item[], ${columns.kind}::usage_kind[],
        ${columns.from}::text[], ${columns.to}::text[], ${columns.occurredAtMs}::bigint[],
        ${columns.durationMs}::integer[], ${columns.billedSeconds}::integer[], ${columns.segments}::smallint[],
        ${columns.rateVersionId}::integer[], ${columns.rateRow}::integer[], ${columns.amountMicros}::bigint[],
        ${columns.callId}::text[], ${columns.holdId}::text[], ${columns.tags}::jsonb[]
      ) as t (account_id, id, item, kind, from_number, to_number, occurred_at_ms, duration_ms, billed_seconds,
        segments, rate_version_id, rate_row, amount_micros, call_id, hold_id, tags)
    ),
    locked as materialized (
      select id, ${MOVED_COLUMNS},
        greatest(last_posted_at, ${now}::timestamptz) as posted_at
      from accounts where id = any(${accounts}::text[]) and status <> 'closed'
      order by id for no key update
    ),
    stored as (
      insert into usage_records (account_id, id, item, kind, from_number, to_number, occurred_at, duration_ms,
        billed_seconds, segments, rate_version_id, rate_row, amount_micros, call_id, hold_id, tags)
      select account_id, input.id, item, kind, from_number, to_number,
        to_timestamp(occurred_at_ms / 1000.0::float8), duration_ms, billed_seconds, segments, rate_version_id,
        rate_row, amount_micros, call_id, hold_id, tags
      from input join locked on locked.id = input.account_id
      on conflict do nothing
      returning account_id, id, item, occurred_at, amount_micros
    ),
    numbered as (
      select *, row_number() over account_so_far as n, sum(amount_micros) over account_so_far as spent
      from stored where amount_micros > 0
      window account_so_far as (partition by account_id order by occurred_at, id rows unbounded preceding)
    ),
    posted as (
      insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
      select account_id, entry_seq + n, item, ${CONTRA_OF_USAGE}, -amount_micros, balance_micros - spent,
        'usage/' || numbered.id, occurred_at, posted_at
      from numbered join locked on locked.id = numbered.account_id
    ),
    ${MOVED}
    select (select count(*)::integer from stored) as stored,
      (select coalesce(sum(n), 0)::integer from moved) as entries,
      (select coalesce(sum(spent), 0)::bigint from moved) as debited,
      array(select id from moved where crossed order by id) as crossed,
      array(select id from unnest(${accounts}::text[]) as id where id not in (select id from locked)) as missing`
}

/** Usage earns revenue of its own item. A `case` costs a tenth of a cast through text. */
const CONTRA_OF_USAGE = sql.raw(`case item
  when 'phone_call' then 'revenue:phone_call'::contra
  when 'outgoing_text' then 'revenue:outgoing_text'
  when 'incoming_text' then 'revenue:incoming_text'
  when 'ring_through_attempt' then 'revenue:ring_through_attempt'
  when 'phone_number' then 'revenue:phone_number'
end`)

type UsageColumns = ReturnType<typeof usageColumns>

/** A group turned on its side: one array literal a column. */
export function usageColumns(group: readonly RatedUsage[]) {
  return {
    accountId: arrayLiteral(group.map(({ record }) => record.account)),
    id: arrayLiteral(group.map(({ record }) => record.id)),
    item: arrayLiteral(group.map(({ record }) => record.item)),
    kind: arrayLiteral(group.map(({ record }) => record.kind)),
    from: arrayLiteral(group.map(({ record }) => record.from)),
    to: arrayLiteral(group.map(({ record }) => record.to)),
    occurredAtMs: arrayLiteral(group.map(({ record }) => record.occurredAtMs)),
    durationMs: arrayLiteral(group.map(({ record }) => record.durationMs)),
    segments: arrayLiteral(group.map(({ record }) => record.segments)),
    callId: arrayLiteral(group.map(({ record }) => record.callId)),
    holdId: arrayLiteral(group.map(({ record }) => record.holdId)),
    tags: arrayLiteral(group.map(({ record }) => record.tags && JSON.stringify(record.tags))),
    billedSeconds: arrayLiteral(group.map(({ charge }) => charge.billedSeconds)),
    rateVersionId: arrayLiteral(group.map(({ charge }) => charge.versionId)),
    rateRow: arrayLiteral(group.map(({ charge }) => charge.rateRow)),
    amountMicros: arrayLiteral(group.map(({ charge }) => charge.amount)),
  }
}

export function accountsOf(group: readonly RatedUsage[]): string {
  return arrayLiteral([...new Set(group.map(({ record }) => record.account))])
}
