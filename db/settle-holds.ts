import { sql } from 'kysely'
import { lockHeld } from './account-holds.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Tx } from './transaction.ts'

/** A usage record that names a hold. */
export interface NamingUsage {
  readonly account: string
  readonly usageId: string
  readonly holdId: string
  /** The request that asked for the hold; null for an id that cannot be one of the account. */
  readonly requestId: string | null
}

export type SettleResult =
  /** It was open, or had ended without usage, or this record had settled it before. */
  | 'settled'
  | 'unknown_hold'
  | 'settled_by_another'
  /** The record is not stored with this hold, so nothing was looked at. */
  | 'not_stored'

export interface SettledHolds {
  /** In the order of what was named. */
  readonly results: readonly SettleResult[]
  /** Accounts of which something was freed so that what they do not hold came above zero. */
  readonly crossed: readonly string[]
}

/**
 * Ends holds whose usage records are stored, and frees what they held. A hold that had ended before is only marked with its
 * record. The first record that names a hold settles it. What the accounts hold is locked from here on, so settle last.
 */
export async function settleHolds(tx: Tx, named: readonly NamingUsage[], now: Date): Promise<SettledHolds> {
  await lockHeld(tx, [...new Set(named.map(({ account }) => account))])
  const { rows } = await sql<{ results: SettleResult[]; crossed: string[] }>`
    with named as (
      select t.n, t.account_id, t.request_id, t.usage_id, u.amount_micros as charged_micros,
        u.id is not null as is_stored, h.request_id is not null as is_known, h.state, h.item, h.amount_micros,
        h.usage_id as settled_by,
        row_number() over (partition by t.account_id, t.request_id, u.id is not null order by t.n) as turn,
        first_value(t.usage_id) over (partition by t.account_id, t.request_id, u.id is not null order by t.n) as first_usage
      from unnest(
        ${arrayLiteral(named.map(({ account }) => account))}::text[],
        ${arrayLiteral(named.map(({ requestId }) => requestId))}::text[],
        ${arrayLiteral(named.map(({ holdId }) => holdId))}::text[],
        ${arrayLiteral(named.map(({ usageId }) => usageId))}::text[]
      ) with ordinality as t (account_id, request_id, hold_id, usage_id, n)
        left join lateral (
          select id, amount_micros from usage_records
          where account_id = t.account_id and id = t.usage_id and hold_id = t.hold_id offset 0
        ) as u on true
        left join lateral (
          select * from holds where account_id = t.account_id and request_id = t.request_id
            and state <> 'refused' offset 0
        ) as h on true
    ),
    settling as materialized (
      select * from named where is_stored and is_known and settled_by is null and turn = 1
    ),
    marked as (
      update holds h set usage_id = s.usage_id, charged_micros = s.charged_micros,
        state = case when h.state = 'open' then 'settled' else h.state end, ended_at = coalesce(h.ended_at, ${now})
      from settling s where h.account_id = s.account_id and h.request_id = s.request_id
    ),
    freed as (
      update account_holds h set held_micros = h.held_micros - t.amount_micros, open_calls = h.open_calls - t.calls
      from (
        select account_id, sum(amount_micros) as amount_micros, count(*) filter (where item = 'phone_call') as calls
        from settling where state = 'open' group by account_id
      ) as t join accounts a on a.id = t.account_id
      where h.account_id = t.account_id
      returning h.account_id as id, a.balance_micros - h.held_micros > 0
        and a.balance_micros - h.held_micros - t.amount_micros <= 0 as crossed
    )
    select array(
        select case when not is_stored then 'not_stored' when not is_known then 'unknown_hold'
          when coalesce(settled_by, first_usage) = usage_id then 'settled' else 'settled_by_another' end
        from named order by n
      ) as results,
      array(select id from freed where crossed order by id) as crossed`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('settling holds returned no row')
  return row
}
