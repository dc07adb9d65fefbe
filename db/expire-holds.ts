import { sql } from 'kysely'
import { lockHeld } from './account-holds.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Tx } from './transaction.ts'

export interface ExpiredHolds {
  readonly expired: number
  /** Accounts of which something was freed so that what they do not hold came above zero. */
  readonly crossed: readonly string[]
}

/**
 * Ends a page of the holds that nobody kept, the oldest first, and frees what they held. Locks what their accounts hold
 * in the order of their ids; what was extended or ended meanwhile is left alone.
 */
export async function expireHolds(
  tx: Tx,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<ExpiredHolds> {
  const due = await sql<{ account_id: string }>`
    select account_id from holds where state = 'open' and expires_at <= ${now}
    order by expires_at limit ${limit}`.execute(tx)
  if (due.rows.length === 0) return { expired: 0, crossed: [] }
  const ids = [...new Set(due.rows.map(({ account_id }) => account_id))]
  await lockHeld(tx, ids)
  const accounts = arrayLiteral(ids)
  const { rows } = await sql<ExpiredHolds>`
    with due as materialized (
      select account_id, request_id from holds
      where state = 'open' and expires_at <= ${now} and account_id = any(${accounts}::text[])
      order by expires_at limit ${limit}
    ),
    ended as (
      update holds h set state = 'expired', ended_at = ${now}
      from due where h.account_id = due.account_id and h.request_id = due.request_id
      returning h.account_id, h.item, h.amount_micros
    ),
    freed as (
      update account_holds h set held_micros = h.held_micros - t.amount_micros, open_calls = h.open_calls - t.calls
      from (
        select account_id, sum(amount_micros) as amount_micros, count(*) filter (where item = 'phone_call') as calls
        from ended group by account_id
      ) as t join accounts a on a.id = t.account_id
      where h.account_id = t.account_id
      returning h.account_id as id, a.balance_micros - h.held_micros > 0
        and a.balance_micros - h.held_micros - t.amount_micros <= 0 as crossed
    )
    select (select count(*)::integer from ended) as expired,
      array(select id from freed where crossed order by id) as crossed`.execute(tx)
  return rows[0] ?? { expired: 0, crossed: [] }
}
