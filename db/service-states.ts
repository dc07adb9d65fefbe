import { type Selectable, sql } from 'kysely'
import type { Micros } from '../billing/money.ts'
import type { ServiceReason, ServiceStateName } from '../billing/service-outlook.ts'
import type { Db } from './connect.ts'
import type { Database } from './schema.ts'
import type { Tx } from './transaction.ts'

/** The state of an account's service, as it was decided last. */
export interface ServiceStateRow {
  readonly account: string
  readonly state: ServiceStateName
  readonly reason: ServiceReason | null
  readonly since: Date
  /** Of its newest event; 0 before the first. */
  readonly seq: number
}

/** Null when there is no such account. */
export async function readServiceState(db: Db | Tx, account: string): Promise<ServiceStateRow | null> {
  const row = await db
    .selectFrom('service_states')
    .selectAll()
    .where('account_id', '=', account)
    .executeTakeFirst()
  return row ? toState(row) : null
}

/** The states of accounts in the order of their ids. */
export async function listServiceStates(
  db: Db,
  { after, limit }: { after: string; limit: number },
): Promise<ServiceStateRow[]> {
  const rows = await db
    .selectFrom('service_states')
    .selectAll()
    .where('account_id', '>', after)
    .orderBy('account_id')
    .limit(limit)
    .execute()
  return rows.map(toState)
}

function toState(row: Selectable<Database['service_states']>): ServiceStateRow {
  return { account: row.account_id, state: row.state, reason: row.reason, since: row.since, seq: row.seq }
}

/**
 * Notes that an account's state was decided, up to its newest entry, and when it is again. The account and what it holds
 * must be locked.
 */
export async function noteServiceLook(
  tx: Tx,
  { account, lookAt }: { account: string; lookAt: Date | null },
): Promise<void> {
  await sql`
    update service_states s set look_at = ${lookAt}, looked_entry_seq = a.entry_seq
    from accounts a where s.account_id = ${account} and a.id = s.account_id`.execute(tx)
}

/** A change of an account's service. */
export interface ServiceChange {
  /** The event's id. */
  readonly id: string
  readonly before: ServiceStateRow
  readonly state: ServiceStateName
  readonly reason: ServiceReason | null
  readonly available: Micros
}

/**
 * Changes the state of an account's service and writes the event that tells of it. The account and what it holds must be
 * locked. Call it last: until the commit it holds the counter that orders the events of all accounts.
 */
export async function changeServiceState(tx: Tx, change: ServiceChange, now: Date): Promise<void> {
  const { id, before, state, reason, available } = change
  const seq = before.seq + 1
  await tx
    .updateTable('service_states')
    .set({ state, reason, since: now, seq })
    .where('account_id', '=', before.account)
    .execute()
  await sql`
    with place as (update service_stream set position = position + 1 returning position)
    insert into service_events (account_id, seq, position, id, state, previous, reason, available_micros, at)
    select ${before.account}, ${seq}, position, ${id}, ${state}::service_state, ${before.state}::service_state,
      ${reason}, ${available}, ${now} from place`.execute(tx)
}
