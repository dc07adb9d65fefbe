import { type Micros, micros } from '../billing/money.ts'
import type { Db } from './connect.ts'
import type { AccountStatus } from './schema.ts'

export interface AccountOverview {
  readonly id: string
  readonly balance: Micros
  readonly status: AccountStatus
  /** Since when the account's credit is noted as below its recharge threshold; null when it is not. */
  readonly rechargeNeededAt: Date | null
}

/** How the given accounts stand, by id. */
export async function readOverviews(db: Db, ids: readonly string[]): Promise<AccountOverview[]> {
  const rows = await db
    .selectFrom('accounts')
    .select(['id', 'balance_micros', 'status', 'recharge_needed_at'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    balance: micros(row.balance_micros),
    status: row.status,
    rechargeNeededAt: row.recharge_needed_at,
  }))
}
