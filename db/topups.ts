import { type Micros, micros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import type { TopupOrigin, TopupStatus } from './payment-schema.ts'
import { wakeRenewals } from './renewals-owed.ts'
import type { Tx } from './transaction.ts'

/** Money coming in by card. */
export interface Topup {
  readonly account: string
  readonly id: string
  readonly origin: TopupOrigin
  readonly amount: Micros
  readonly status: TopupStatus
  /** Why it did not succeed, or what it waits for. */
  readonly reason: string | null
  readonly paymentId: string | null
  readonly idempotencyKey: string | null
  readonly requestedBy: string | null
  readonly createdAt: Date
  readonly settledAt: Date | null
  readonly nextCheckAt: Date | null
  /** How often its outcome stayed unknown. */
  readonly checks: number
}

export interface NewTopup {
  readonly account: string
  readonly id: string
  readonly origin: TopupOrigin
  readonly amount: Micros
  /** The client's, for a manual one. */
  readonly idempotencyKey: string | null
  readonly requestedBy: string | null
}

export type TopupKey = Pick<Topup, 'account' | 'id'>

/** Opens a top-up; the account must be locked, and must have none that is open. */
export async function openTopup(
  tx: Tx,
  topup: NewTopup,
  times: { now: Date; nextCheckAt: Date },
): Promise<void> {
  await tx
    .insertInto('topups')
    .values({
      account_id: topup.account,
      id: topup.id,
      origin: topup.origin,
      amount_micros: topup.amount,
      idempotency_key: topup.idempotencyKey,
      requested_by: topup.requestedBy,
      created_at: times.now,
      next_check_at: times.nextCheckAt,
    })
    .execute()
}

export async function readTopup(db: Db | Tx, { account, id }: TopupKey): Promise<Topup | null> {
  const row = await select(db).where('account_id', '=', account).where('id', '=', id).executeTakeFirst()
  return row ? toTopup(row) : null
}

/** The account's top-up that has no definite end yet. */
export async function readOpenTopup(db: Db | Tx, account: string): Promise<Topup | null> {
  const row = await select(db)
    .where('account_id', '=', account)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  return row ? toTopup(row) : null
}

/** The top-up that a client's key stands for. */
export async function readTopupByKey(
  db: Db | Tx,
  key: { account: string; idempotencyKey: string },
): Promise<Topup | null> {
  const row = await select(db)
    .where('account_id', '=', key.account)
    .where('idempotency_key', '=', key.idempotencyKey)
    .executeTakeFirst()
  return row ? toTopup(row) : null
}

/** The top-up that a payment belongs to. */
export async function readTopupByPayment(db: Db | Tx, paymentId: string): Promise<Topup | null> {
  const row = await select(db).where('payment_intent_id', '=', paymentId).executeTakeFirst()
  return row ? toTopup(row) : null
}

/** What stays open: its state, and when it is looked at again. */
export async function keepTopupOpen(
  db: Db | Tx,
  { account, id }: TopupKey,
  change: { status?: TopupStatus; reason?: string | null; nextCheckAt: Date; checks?: number },
): Promise<void> {
  await db
    .updateTable('topups')
    .set({
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.checks === undefined ? {} : { checks: change.checks }),
      next_check_at: change.nextCheckAt,
    })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .where('settled_at', 'is', null)
    .execute()
}

/** Stores which payment at Stripe stands for a top-up, before anything is charged. */
export async function storePayment(db: Db | Tx, { account, id }: TopupKey, paymentId: string): Promise<void> {
  await db
    .updateTable('topups')
    .set({ payment_intent_id: paymentId })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .where('payment_intent_id', 'is', null)
    .execute()
}

/** Ends a top-up for good; false when it had ended before. The account must be locked. */
export async function settleTopup(
  tx: Tx,
  { account, id }: TopupKey,
  end: { status: 'succeeded' | 'failed' | 'canceled'; reason: string | null; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('topups')
    .set({ status: end.status, reason: end.reason, settled_at: end.now, next_check_at: null })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  // Whatever its end, numbers may have waited for it.
  await wakeRenewals(tx, account, end.now)
  return numUpdatedRows === 1n
}

/** An account's top-ups, the newest first. */
export async function listTopups(
  db: Db,
  { account, limit }: { account: string; limit: number },
): Promise<Topup[]> {
  const rows = await select(db)
    .where('account_id', '=', account)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toTopup)
}

/** The top-ups of all accounts of which nobody knows whether a card was charged, the oldest first. */
export async function listUnknownTopups(db: Db): Promise<Topup[]> {
  const rows = await select(db)
    .where('settled_at', 'is', null)
    .where('status', '=', 'unknown')
    .orderBy('created_at')
    .execute()
  return rows.map(toTopup)
}

function select(db: Db | Tx) {
  return db
    .selectFrom('topups')
    .select([
      'account_id',
      'id',
      'origin',
      'amount_micros',
      'status',
      'reason',
      'payment_intent_id',
      'idempotency_key',
      'requested_by',
      'created_at',
      'settled_at',
      'next_check_at',
      'checks',
    ])
}

type TopupRow = NonNullable<Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirst']>>>

function toTopup(row: TopupRow): Topup {
  return {
    account: row.account_id,
    id: row.id,
    origin: row.origin,
    amount: micros(row.amount_micros),
    status: row.status,
    reason: row.reason,
    paymentId: row.payment_intent_id,
    idempotencyKey: row.idempotency_key,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    nextCheckAt: row.next_check_at,
    checks: row.checks,
  }
}
