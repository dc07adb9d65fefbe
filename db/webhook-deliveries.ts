import { sql } from 'kysely'
import type { ServiceStateName } from '../billing/service-outlook.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** What an endpoint is told of one account. */
export interface DeliveryKey {
  readonly account: string
  /** The endpoint's id. */
  readonly endpoint: string
}

export interface Delivery extends DeliveryKey {
  readonly url: string
  readonly events: readonly ServiceStateName[]
  /** The newest event that was delivered or given up. */
  readonly deliveredSeq: number
  /** Tries of the event that follows, and when they began. */
  readonly tries: number
  readonly tryingSince: Date | null
  /** The endpoint gave no answer, to whatever account's event: nothing is sent before. */
  readonly closedUntil: Date | null
}

/** How long a delivery that was claimed is left to its job. It is due for its job when its next try is no further away. */
export const DELIVERY_LEASE_MS = 30_000

/**
 * Owes an event to every endpoint that wants to hear of its state: the account's row of each says that it is behind. The
 * account must be locked. Returns the endpoints, which stay until this has committed: removing one removes its rows.
 */
export async function oweDeliveries(
  tx: Tx,
  { account, seq, state }: { account: string; seq: number; state: ServiceStateName },
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ endpoint: string }>`
    insert into webhook_deliveries as d (account_id, endpoint_id, delivered_seq, next_try_at)
    select ${account}, id, ${seq}::integer - 1, ${now}::timestamptz from webhook_endpoints
    where ${state} = any(events) order by id for key share
    on conflict (account_id, endpoint_id) do update set next_try_at = coalesce(d.next_try_at, excluded.next_try_at)
    returning d.endpoint_id as endpoint`.execute(tx)
  return rows.map(({ endpoint }) => endpoint)
}

/** Claims deliveries that are due. Several claimers share them without waiting for each other. */
export async function claimOwedDeliveries(
  db: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<DeliveryKey[]> {
  const leasedUntil = new Date(now.getTime() + DELIVERY_LEASE_MS)
  const { rows } = await sql<DeliveryKey>`
    with due as (
      select account_id, endpoint_id from webhook_deliveries where next_try_at <= ${now}
      order by next_try_at limit ${limit} for update skip locked
    )
    update webhook_deliveries d set next_try_at = ${leasedUntil} from due
    where d.account_id = due.account_id and d.endpoint_id = due.endpoint_id
    returning d.account_id as account, d.endpoint_id as endpoint`.execute(db)
  return rows
}

/** Locks a delivery that is due at an instant; null when it is not, or its endpoint is gone. */
export async function lockDueDelivery(tx: Tx, key: DeliveryKey, now: Date): Promise<Delivery | null> {
  const dueBy = new Date(now.getTime() + DELIVERY_LEASE_MS)
  const row = await tx
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_endpoints as w', 'w.id', 'd.endpoint_id')
    .select(['w.url', 'w.events', 'd.delivered_seq', 'd.tries', 'd.trying_since', 'w.closed_until'])
    .where('d.account_id', '=', key.account)
    .where('d.endpoint_id', '=', key.endpoint)
    .where('d.next_try_at', '<=', dueBy)
    .forUpdate('d')
    .executeTakeFirst()
  if (!row) return null
  return {
    ...key,
    url: row.url,
    events: row.events,
    deliveredSeq: row.delivered_seq,
    tries: row.tries,
    tryingSince: row.trying_since,
    closedUntil: row.closed_until,
  }
}

/** Leaves a delivery for later; null where the endpoint was told of everything. The delivery must be locked. */
export async function postponeDelivery(tx: Tx, key: DeliveryKey, nextTryAt: Date | null): Promise<void> {
  await ofKey(tx, key).set({ next_try_at: nextTryAt }).execute()
}

/** Counts a try that is about to be made, committed before it is: nobody else makes one before `until`. */
export async function beginTry(
  tx: Tx,
  delivery: Delivery,
  { now, until }: { now: Date; until: Date },
): Promise<void> {
  await ofKey(tx, delivery)
    .set({ tries: delivery.tries + 1, trying_since: delivery.tryingSince ?? now, next_try_at: until })
    .execute()
}

/**
 * Ends a try that had begun on `delivery`: with the event behind it, so that the next one is due, or with another try of
 * it. False where the try was overtaken by another one, and decides nothing any more.
 */
export async function endTry(
  tx: Tx,
  delivery: Delivery,
  end: { deliveredSeq: number; dueAt: Date } | { nextTryAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await ofKey(tx, delivery)
    .where('delivered_seq', '=', delivery.deliveredSeq)
    .where('tries', '=', delivery.tries + 1)
    .set(
      'nextTryAt' in end
        ? { next_try_at: end.nextTryAt }
        : { delivered_seq: end.deliveredSeq, tries: 0, trying_since: null, next_try_at: end.dueAt },
    )
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function ofKey(tx: Tx, { account, endpoint }: DeliveryKey) {
  return tx
    .updateTable('webhook_deliveries')
    .where('account_id', '=', account)
    .where('endpoint_id', '=', endpoint)
}
