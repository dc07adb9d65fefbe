import type { Selectable } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { ServiceReason, ServiceStateName } from '../billing/service-outlook.ts'
import type { Db } from './connect.ts'
import type { Database } from './schema.ts'
import type { Tx } from './transaction.ts'

/** A change of an account's service, once and for all. */
export interface ServiceEvent {
  readonly id: string
  readonly account: string
  /** Counts the account's events from 1 without a gap. */
  readonly seq: number
  /** Counts the events of all accounts from 1 without a gap, in the order in which they committed. */
  readonly position: bigint
  readonly state: ServiceStateName
  readonly previous: ServiceStateName
  readonly reason: ServiceReason | null
  readonly available: Micros
  readonly at: Date
}

/** The events after a position, in order. None is ever left out: a position commits after all before it. */
export async function readServiceEvents(
  db: Db,
  { after, limit }: { after: bigint; limit: number },
): Promise<ServiceEvent[]> {
  const rows = await db
    .selectFrom('service_events')
    .selectAll()
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map(toEvent)
}

/** The position of the newest event; 0 before the first. */
export async function newestPosition(db: Db): Promise<bigint> {
  const { position } = await db.selectFrom('service_stream').select('position').executeTakeFirstOrThrow()
  return position
}

/** The first event of an account after `seq` that leads to one of some states; null when there is none. */
export async function nextServiceEvent(
  tx: Tx,
  { account, after, states }: { account: string; after: number; states: readonly ServiceStateName[] },
): Promise<ServiceEvent | null> {
  const row = await tx
    .selectFrom('service_events')
    .selectAll()
    .where('account_id', '=', account)
    .where('seq', '>', after)
    .where('state', 'in', states)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row ? toEvent(row) : null
}

function toEvent(row: Selectable<Database['service_events']>): ServiceEvent {
  return {
    id: row.id,
    account: row.account_id,
    seq: row.seq,
    position: row.position,
    state: row.state,
    previous: row.previous,
    reason: row.reason,
    available: micros(row.available_micros),
    at: row.at,
  }
}
