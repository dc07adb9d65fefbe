import { type Micros, micros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import type { AccountStatus } from './schema.ts'

/** What of an account says how long its credit lasts. */
export interface RunwayAccount {
  readonly status: AccountStatus
  readonly currency: string
  /** IANA name. */
  readonly timeZone: string
  readonly createdAt: Date
  readonly balance: Micros
  readonly held: Micros
  readonly rechargeEnabled: boolean
  readonly rechargeAmount: Micros
  readonly rechargeThreshold: Micros
  /** Why nothing is recharged although it is on; null while nothing is in the way. */
  readonly pausedReason: string | null
  /** After a decline, no recharge is tried before. */
  readonly nextTryAt: Date | null
}

/** Null when there is no such account. */
export async function readRunwayAccount(db: Db, account: string): Promise<RunwayAccount | null> {
  const row = await db
    .selectFrom('accounts as a')
    .leftJoin('auto_recharges as r', 'r.account_id', 'a.id')
    .innerJoin('account_holds as h', 'h.account_id', 'a.id')
    .select(['a.status', 'a.currency', 'a.time_zone', 'a.created_at', 'a.balance_micros', 'h.held_micros'])
    .select(['a.recharge_enabled', 'a.recharge_amount_micros', 'a.recharge_threshold_micros'])
    .select(['r.paused_reason', 'r.next_try_at'])
    .where('a.id', '=', account)
    .executeTakeFirst()
  if (!row) return null
  return {
    status: row.status,
    currency: row.currency,
    timeZone: row.time_zone,
    createdAt: row.created_at,
    balance: micros(row.balance_micros),
    held: micros(row.held_micros),
    rechargeEnabled: row.recharge_enabled,
    rechargeAmount: micros(row.recharge_amount_micros),
    rechargeThreshold: micros(row.recharge_threshold_micros),
    pausedReason: row.paused_reason,
    nextTryAt: row.next_try_at,
  }
}
