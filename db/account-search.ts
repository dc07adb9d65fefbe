import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import type { AccountStatus } from './schema.ts'

/** An account as an operator sees it. */
export interface AccountState {
  readonly id: string
  readonly status: AccountStatus
  /** Why it is not active. */
  readonly statusReason: string | null
  readonly timeZone: string
  readonly createdAt: Date
  readonly balance: Micros
  /** Set aside by open holds. */
  readonly held: Micros
  readonly entries: bigint
  readonly rechargeEnabled: boolean
  readonly rechargeAmount: Micros
  readonly rechargeThreshold: Micros
  readonly rechargeNeededAt: Date | null
  readonly pausedReason: string | null
  readonly failingSince: Date | null
  readonly nextTryAt: Date | null
}

/** Accounts whose id has the text in it, or which have it as a phone number or as the payment of a top-up; by id. */
export async function searchAccounts(
  db: Db,
  { text, limit }: { text: string; limit: number },
): Promise<AccountState[]> {
  const matches = sql`
    position(lower(${text}) in lower(a.id)) > 0
    or a.id in (select account_id from phone_numbers where number = ${text})
    or a.id in (select account_id from topups where payment_intent_id = ${text})`
  return await select(db, sql`${text} = '' or ${matches}`, limit)
}

/** Null when there is no such account. */
export async function readAccountState(db: Db, account: string): Promise<AccountState | null> {
  const [found] = await select(db, sql`a.id = ${account}`, 1)
  return found ?? null
}

async function select(db: Db, condition: ReturnType<typeof sql>, limit: number): Promise<AccountState[]> {
  const { rows } = await sql<Row>`
    select a.id, a.status, a.status_reason, a.time_zone, a.created_at, a.balance_micros, h.held_micros, a.entry_seq,
      a.recharge_enabled, a.recharge_amount_micros, a.recharge_threshold_micros, a.recharge_needed_at,
      r.paused_reason, r.failing_since, r.next_try_at
    from accounts a join account_holds h on h.account_id = a.id left join auto_recharges r on r.account_id = a.id
    where ${condition} order by a.id limit ${limit}`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    statusReason: row.status_reason,
    timeZone: row.time_zone,
    createdAt: row.created_at,
    balance: micros(row.balance_micros),
    held: micros(row.held_micros),
    entries: row.entry_seq,
    rechargeEnabled: row.recharge_enabled,
    rechargeAmount: micros(row.recharge_amount_micros),
    rechargeThreshold: micros(row.recharge_threshold_micros),
    rechargeNeededAt: row.recharge_needed_at,
    pausedReason: row.paused_reason,
    failingSince: row.failing_since,
    nextTryAt: row.next_try_at,
  }))
}

interface Row {
  id: string
  status: AccountStatus
  status_reason: string | null
  time_zone: string
  created_at: Date
  balance_micros: bigint
  held_micros: bigint
  entry_seq: bigint
  recharge_enabled: boolean
  recharge_amount_micros: bigint
  recharge_threshold_micros: bigint
  recharge_needed_at: Date | null
  paused_reason: string | null
  failing_since: Date | null
  next_try_at: Date | null
}
