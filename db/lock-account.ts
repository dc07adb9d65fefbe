import { type Micros, micros } from '../billing/money.ts'
import type { AccountStatus } from './schema.ts'
import type { Tx } from './transaction.ts'

export interface LockedAccount {
  readonly id: string
  readonly timeZone: string
  readonly status: AccountStatus
  readonly balance: Micros
  readonly rechargeEnabled: boolean
  readonly rechargeAmount: Micros
  readonly rechargeThreshold: Micros
}

/**
 * Locks an account until the end of the transaction. Whatever moves its money, top-ups, cards or auto-recharge locks it
 * first, so that decisions about one account are made one after the other. Null when there is no such account.
 */
export async function lockAccount(tx: Tx, account: string): Promise<LockedAccount | null> {
  const row = await tx
    .selectFrom('accounts')
    .select([
      'time_zone',
      'status',
      'balance_micros',
      'recharge_enabled',
      'recharge_amount_micros',
      'recharge_threshold_micros',
    ])
    .where('id', '=', account)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) return null
  return {
    id: account,
    timeZone: row.time_zone,
    status: row.status,
    balance: micros(row.balance_micros),
    rechargeEnabled: row.recharge_enabled,
    rechargeAmount: micros(row.recharge_amount_micros),
    rechargeThreshold: micros(row.recharge_threshold_micros),
  }
}
