import { sql } from 'kysely'
import type { Db } from './connect.ts'

/** Whether a request may go to Stripe, and when. */
export type Passage =
  | { readonly open: true; readonly waitMs: number; readonly hadFailures: boolean }
  /** `until` is null while an operator has to open it. */
  | { readonly open: false; readonly reason: string; readonly until: Date | null }

/**
 * Reserves the next moment at which a request may leave for Stripe. The spacing is the gate's own `request_interval_ms`:
 * 40, so that Stripe is asked at most 25 times a second by all processes together, which is its limit in test mode. It goes
 * by the database's clock, which all processes share.
 */
export async function passPaymentGate(db: Db, now: Date): Promise<Passage> {
  const { rows } = await sql<{ wait_ms: number; failures: number }>`
    update payment_gate
    set next_request_at = greatest(next_request_at, clock_timestamp()) + request_interval_ms * interval '1 ms'
    where paused_reason is null and (closed_until is null or closed_until <= ${now})
    returning failures,
      (extract(epoch from next_request_at - clock_timestamp()) * 1000)::float8 - request_interval_ms as wait_ms`.execute(
    db,
  )
  const passed = rows[0]
  if (passed) return { open: true, waitMs: Math.max(0, passed.wait_ms), hadFailures: passed.failures > 0 }
  const gate = await readPaymentGate(db)
  if (gate.pausedReason !== null) return { open: false, reason: gate.pausedReason, until: null }
  return { open: false, reason: 'Stripe does not answer', until: gate.closedUntil }
}

export interface PaymentGate {
  /** Why no request leaves until an operator says so; null while none has to. */
  readonly pausedReason: string | null
  readonly pausedAt: Date | null
  /** No request leaves before. */
  readonly closedUntil: Date | null
  /** Requests in a row without a definite answer. */
  readonly failures: number
}

export async function readPaymentGate(db: Db): Promise<PaymentGate> {
  const row = await db
    .selectFrom('payment_gate')
    .select(['paused_reason', 'paused_at', 'closed_until', 'failures'])
    .executeTakeFirstOrThrow()
  return {
    pausedReason: row.paused_reason,
    pausedAt: row.paused_at,
    closedUntil: row.closed_until,
    failures: row.failures,
  }
}

/** Lets nothing through until an operator opens it again; false when it was paused already. */
export async function pausePayments(db: Db, reason: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('payment_gate')
    .set({ paused_reason: reason, paused_at: now })
    .where('paused_reason', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Opens a paused or closed gate. */
export async function resumePayments(db: Db): Promise<void> {
  await db
    .updateTable('payment_gate')
    .set({ paused_reason: null, paused_at: null, closed_until: null, failures: 0 })
    .execute()
}

/**
 * Counts a request that got no definite answer. Null while the gate is closed: requests that were on their way when it
 * closed say nothing new.
 */
export async function countGateFailure(db: Db, now: Date): Promise<number | null> {
  const gate = await db
    .updateTable('payment_gate')
    .set(({ eb }) => ({ failures: eb('failures', '+', 1) }))
    .where(({ eb, or }) => or([eb('closed_until', 'is', null), eb('closed_until', '<=', now)]))
    .returning('failures')
    .executeTakeFirst()
  return gate?.failures ?? null
}

/** Lets nothing through before `until`. */
export async function closePaymentGate(db: Db, until: Date): Promise<void> {
  await db.updateTable('payment_gate').set({ closed_until: until }).execute()
}

/** Stripe answers again. */
export async function clearGateFailures(db: Db): Promise<void> {
  await db
    .updateTable('payment_gate')
    .set({ failures: 0, closed_until: null })
    .where('failures', '>', 0)
    .execute()
}
