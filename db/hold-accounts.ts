import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { ServicePolicy } from '../billing/service-policy.ts'
import type { Spending } from '../billing/spending.ts'
import { arrayLiteral } from './array-literal.ts'
import type { AccountStatus } from './schema.ts'
import { storedPolicy } from './service-policies.ts'
import type { Tx } from './transaction.ts'

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
 * Locks accounts in the order of their ids. Those that do not exist are left out, and with `skipLocked` those that somebody
 * else has locked.
 */
export async function lockHoldAccounts(
  tx: Tx,
  ids: readonly string[],
  { skipLocked }: { readonly skipLocked: boolean },
): Promise<HoldAccount[]> {
  const { rows } = await sql<HoldAccountRow>`
    select a.id, a.status, a.created_at, a.balance_micros, a.held_micros, a.open_calls, a.spend_hour,
      a.hour_spent_micros, a.day_spent_micros, p.policy, coalesce(r.reserve_days, 0) as reserve_days
    from accounts a
      left join service_policies p on p.account_id = a.id
      left join renewal_settings r on r.account_id = a.id
    where a.id = any(${arrayLiteral(ids)}::text[]) order by a.id
    for no key update of a ${skipLocked ? sql`skip locked` : sql``}`.execute(tx)
  return rows.map(toHoldAccount)
}

interface HoldAccountRow {
  id: string
  status: AccountStatus
  created_at: Date
  balance_micros: bigint
  held_micros: bigint
  open_calls: number
  spend_hour: Date | null
  hour_spent_micros: bigint
  day_spent_micros: bigint
  policy: unknown
  reserve_days: number
}

function toHoldAccount(row: HoldAccountRow): HoldAccount {
  return {
    id: row.id,
    status: row.status,
    createdAt: row.created_at,
    balance: micros(row.balance_micros),
    held: micros(row.held_micros),
    openCalls: row.open_calls,
    spending: {
      spendHour: row.spend_hour,
      hourSpent: micros(row.hour_spent_micros),
      daySpent: micros(row.day_spent_micros),
    },
    policy: storedPolicy(row.policy),
    reserveDays: row.reserve_days,
  }
}
