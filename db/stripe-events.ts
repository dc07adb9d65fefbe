import { sql } from 'kysely'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

export interface StoredEvent {
  readonly id: string
  readonly type: string
  readonly objectId: string
  readonly tries: number
}

/** Stores what a webhook brought, once by its id; false when it is known. */
export async function storeStripeEvent(
  db: Db,
  event: { id: string; type: string; objectId: string },
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('stripe_events')
    .values({ id: event.id, type: event.type, object_id: event.objectId, received_at: now, next_try_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** An event that is not worked yet; null when it is, or unknown. */
export async function readOwedEvent(db: Db, id: string): Promise<StoredEvent | null> {
  const row = await db
    .selectFrom('stripe_events')
    .select(['id', 'type', 'object_id', 'tries'])
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .executeTakeFirst()
  return row ? { id: row.id, type: row.type, objectId: row.object_id, tries: row.tries } : null
}

/** Ends an event, with what was done about it. */
export async function completeStripeEvent(
  db: Db | Tx,
  id: string,
  outcome: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('stripe_events')
    .set({ processed_at: now, outcome, next_try_at: null })
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .execute()
}

/** Puts an event back until later. */
export async function postponeStripeEvent(db: Db, id: string, until: Date): Promise<void> {
  await db
    .updateTable('stripe_events')
    .set(({ eb }) => ({ next_try_at: until, tries: eb('tries', '+', 1) }))
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .execute()
}

/** Claims events whose time has come, until `leaseUntil`. */
export async function claimOwedEvents(
  db: Db,
  claim: { now: Date; leaseUntil: Date; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with owed as (
      select id from stripe_events where processed_at is null and next_try_at <= ${claim.now}
      order by next_try_at limit ${claim.limit} for update skip locked
    )
    update stripe_events e set next_try_at = ${claim.leaseUntil} from owed where e.id = owed.id
    returning e.id`.execute(db)
  return rows.map(({ id }) => id)
}
