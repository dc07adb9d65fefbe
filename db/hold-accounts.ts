import { type RawBuilder, sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { ServicePolicy } from '../billing/service-policy.ts'
import type { Spending } from '../billing/spending.ts'
import type { AccountHoldsRow } from './account-holds.ts'
import { arrayLiteral } from './array-literal.ts'
import type { AccountStatus } from './schema.ts'
import { storedPolicy } from './service-policies.ts'

/** What decisions about holds need to know of an account. */
export interface HoldAccount {
  readonly id: string
  readonly status: AccountStatus
  readonly createdAt: Date
  readonly balance: Micros
  /** The sum of its open holds, and how many of them are calls. */
  readonly held: Micros
  readonly openCalls: number
  readonly spending: Spending
  readonly policy: ServicePolicy
  /** For how many days ahead the money for renewals is set aside; 0 sets none aside. */
  readonly reserveDays: number
}

/**
 * Reads accounts; those that do not exist are left out. What they hold must be locked before the statement begins. The planner
 * has less to think about than with joins.
 */
export function readingHoldAccounts(ids: readonly string[]): RawBuilder<HoldAccountRow> {
  return sql`
    select id, status, created_at, balance_micros, spend_hour, hour_spent_micros, day_spent_micros,
      (select policy from service_policies where account_id = id) as policy,
      (select reserve_days from renewal_settings where account_id = id) as reserve_days
    from accounts where id = any(${arrayLiteral(ids)}::text[])`
}

export interface HoldAccountRow {
  id: string
  status: AccountStatus
  created_at: Date
  balance_micros: bigint
  spend_hour: Date | null
  hour_spent_micros: bigint
  day_spent_micros: bigint
  policy: unknown
  reserve_days: number | null
}

export function toHoldAccount(row: HoldAccountRow, holds: AccountHoldsRow): HoldAccount {
  return {
    id: row.id,
    status: row.status,
    createdAt: row.created_at,
    balance: micros(row.balance_micros),
    held: micros(holds.held_micros),
    openCalls: holds.open_calls,
    spending: {
      spendHour: row.spend_hour,
      hourSpent: micros(row.hour_spent_micros),
      daySpent: micros(row.day_spent_micros),
    },
    policy: storedPolicy(row.policy),
    reserveDays: row.reserve_days ?? 0,
  }
}
