import { type RawBuilder, sql } from 'kysely'
import { heldMicros } from './account-holds.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/**
 * Has the service states of accounts decided again as soon as this has committed: for whatever moves their available
 * credit past zero or a low level, or changes their status. Woken twice they are looked at once.
 */
export async function wakeServiceStates(tx: Tx, accounts: readonly string[], now: Date): Promise<void> {
  for (const wake of serviceWakes(accounts, now)) await wake.execute(tx)
}

/** The statement that does so; none where there are no accounts. */
export function serviceWakes(accounts: readonly string[], now: Date): RawBuilder<unknown>[] {
  if (accounts.length === 0) return []
  // In the order of their ids: others may wake several of them at the same moment.
  const wake = sql`
    update service_states s set look_at = ${now}
    from (
      select account_id from service_states where account_id = any(${arrayLiteral(accounts)}::text[])
      order by account_id for no key update
    ) as woken
    where s.account_id = woken.account_id`
  return [wake]
}

/** Claims accounts whose service state is to be decided again. Several claimers share them without waiting. */
export async function claimServiceLooks(
  db: Db,
  { now, leaseUntil, limit }: { now: Date; leaseUntil: Date; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    with due as (
      select account_id from service_states where look_at <= ${now}
      order by look_at limit ${limit} for update skip locked
    )
    update service_states s set look_at = ${leaseUntil} from due where s.account_id = due.account_id
    returning s.account_id as account`.execute(db)
  return rows.map(({ account }) => account)
}

/**
 * Walks on over all accounts, a page each time it is due, and has those looked at that moved since they were looked at
 * last, or whose credit or status says something else than their state: a change that nobody woke, or spending that grew.
 * An account that was opened by a process older than these states gets its own.
 */
export async function patrolServiceStates(
  db: Db,
  { now, nextAt, limit }: { now: Date; nextAt: Date; limit: number },
): Promise<void> {
  await sql`
    with patrol as materialized (
      select after_account from service_patrols where next_at <= ${now} for update skip locked
    ),
    page as materialized (
      select a.id, a.status, a.entry_seq, a.balance_micros - ${heldMicros(sql.ref('a.id'))} as free_micros
      from patrol cross join lateral (
        select * from accounts where id > patrol.after_account order by id limit ${limit}
      ) as a
    ),
    missing as (
      insert into service_states (account_id, since, look_at)
      select id, ${now}, ${now} from page where not exists (select from service_states where account_id = page.id)
      on conflict do nothing
    ),
    moved as (
      select s.account_id from service_states s join page on page.id = s.account_id
      where s.look_at is null and (
        (s.state <> 'stopped' and s.looked_entry_seq <> page.entry_seq)
        or (s.state = 'stopped') <> (page.status <> 'active' or page.free_micros <= 0))
      order by s.account_id for no key update of s
    ),
    woken as (
      update service_states s set look_at = ${now} from moved where s.account_id = moved.account_id
    )
    update service_patrols set next_at = ${nextAt},
      after_account = case when (select count(*) from page) < ${limit} then '' else (select max(id) from page) end
    where exists (select from patrol)`.execute(db)
}

/**
 * Has accounts looked at whose holds and charges left them nothing although their service goes on: a hold that is granted
 * while a charge is being posted does not see it, nor the charge the hold.
 */
export async function wakeSpentOut(db: Db, now: Date): Promise<void> {
  const { rows } = await sql<{ account: string }>`
    select h.account_id as account from account_holds h
      join accounts a on a.id = h.account_id
      join service_states s on s.account_id = h.account_id
    where h.held_micros > 0 and a.balance_micros <= h.held_micros and s.state <> 'stopped' and s.look_at is null`.execute(
    db,
  )
  const accounts = rows.map(({ account }) => account)
  for (const wake of serviceWakes(accounts, now)) await wake.execute(db)
}
