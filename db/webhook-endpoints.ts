import type { Selectable } from 'kysely'
import type { ServiceStateName } from '../billing/service-outlook.ts'
import type { Db } from './connect.ts'
import type { Database } from './schema.ts'
import type { Tx } from './transaction.ts'

/** Where changes of service are told of. */
export interface WebhookEndpoint {
  readonly id: string
  readonly url: string
  /** The states whose beginning it wants to hear of. */
  readonly events: readonly ServiceStateName[]
  readonly createdAt: Date
  /** Since when an event was given up; null while everything gets through. */
  readonly failingSince: Date | null
  /** Of the newest try that failed; null when none has since the last one that got through. */
  readonly lastFailure: { readonly why: string; readonly at: Date } | null
}

/** What signs; stored as it is, since a hash could not. */
export interface NewSecret {
  readonly id: string
  readonly secret: string
}

/** Registers an endpoint with its first secret. It is told of what happens from then on. */
export async function addWebhookEndpoint(
  tx: Tx,
  endpoint: { id: string; url: string; events: readonly ServiceStateName[]; secret: NewSecret },
  now: Date,
): Promise<WebhookEndpoint> {
  const row = await tx
    .insertInto('webhook_endpoints')
    .values({ id: endpoint.id, url: endpoint.url, events: [...endpoint.events], created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow()
  await addSecret(tx, endpoint.id, endpoint.secret, now)
  return toEndpoint(row)
}

/** In the order in which they were registered. */
export async function listWebhookEndpoints(db: Db | Tx): Promise<WebhookEndpoint[]> {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(toEndpoint)
}

/** Forgets an endpoint, with what it is still owed; false when there is none. */
export async function removeWebhookEndpoint(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('webhook_endpoints').where('id', '=', id).executeTakeFirst()
  await tx.deleteFrom('webhook_deliveries').where('endpoint_id', '=', id).execute()
  return numDeletedRows > 0n
}

/** Adds a secret to an endpoint; those it has sign along until `othersUntil`. False when there is no such endpoint. */
export async function rotateWebhookSecret(
  tx: Tx,
  { endpoint, secret, othersUntil }: { endpoint: string; secret: NewSecret; othersUntil: Date },
  now: Date,
): Promise<boolean> {
  const found = await tx
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('id', '=', endpoint)
    .forUpdate()
    .executeTakeFirst()
  if (!found) return false
  await tx
    .deleteFrom('webhook_secrets')
    .where('endpoint_id', '=', endpoint)
    .where('expires_at', '<=', now)
    .execute()
  await tx
    .updateTable('webhook_secrets')
    .set({ expires_at: othersUntil })
    .where('endpoint_id', '=', endpoint)
    .where('expires_at', 'is', null)
    .execute()
  await addSecret(tx, endpoint, secret, now)
  return true
}

/** The secrets that sign at an instant, newest first. */
export async function readWebhookSecrets(tx: Tx, endpoint: string, now: Date): Promise<string[]> {
  const rows = await tx
    .selectFrom('webhook_secrets')
    .select('secret')
    .where('endpoint_id', '=', endpoint)
    .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(({ secret }) => secret)
}

/** Notes how a try ended. What got through ends the failing of its endpoint: true then, where it was failing. */
export async function noteDelivered(tx: Tx, id: string): Promise<boolean> {
  const before = await tx
    .selectFrom('webhook_endpoints')
    .select(['failing_since', 'last_failure'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!before?.last_failure) return false
  await tx
    .updateTable('webhook_endpoints')
    .set({ failing_since: null, last_failure: null, last_failed_at: null, closed_until: null })
    .where('id', '=', id)
    .execute()
  return before.failing_since !== null
}

/** Notes that a try failed. Where its event is given up, the endpoint is failing; where it gave no answer, it is closed. */
export async function noteUndelivered(
  tx: Tx,
  {
    id,
    why,
    isGivenUp,
    closedUntil,
  }: { id: string; why: string; isGivenUp: boolean; closedUntil: Date | null },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('webhook_endpoints')
    .set(({ fn, val }) => ({
      last_failure: why,
      last_failed_at: now,
      closed_until: closedUntil,
      ...(isGivenUp ? { failing_since: fn.coalesce('failing_since', val(now)) } : {}),
    }))
    .where('id', '=', id)
    .execute()
}

async function addSecret(tx: Tx, endpoint: string, { id, secret }: NewSecret, now: Date): Promise<void> {
  await tx
    .insertInto('webhook_secrets')
    .values({ endpoint_id: endpoint, id, secret, created_at: now, expires_at: null })
    .execute()
}

function toEndpoint(row: Selectable<Database['webhook_endpoints']>): WebhookEndpoint {
  const { last_failure: why, last_failed_at: at } = row
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    createdAt: row.created_at,
    failingSince: row.failing_since,
    lastFailure: why !== null && at !== null ? { why, at } : null,
  }
}
