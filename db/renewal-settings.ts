import { DEFAULT_RENEWAL_SETTINGS, type RenewalSettings } from '../billing/renewal-decision.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** How an account's numbers are renewed, as it was set for the account. */
export interface AccountRenewalSettings extends RenewalSettings {
  /** For how many days ahead the money for renewals is set aside; 0 sets none aside. */
  readonly reserveDays: number
}

export const DEFAULT_ACCOUNT_RENEWAL_SETTINGS: AccountRenewalSettings = {
  ...DEFAULT_RENEWAL_SETTINGS,
  reserveDays: 0,
}

/** The settings of an account: the defaults where none were saved. */
export async function readRenewalSettings(db: Db | Tx, account: string): Promise<AccountRenewalSettings> {
  const row = await db
    .selectFrom('renewal_settings')
    .selectAll()
    .where('account_id', '=', account)
    .executeTakeFirst()
  if (!row) return DEFAULT_ACCOUNT_RENEWAL_SETTINGS
  return {
    ...DEFAULT_ACCOUNT_RENEWAL_SETTINGS,
    graceDays: row.grace_days,
    suspendedDays: row.suspended_days,
    reserveDays: row.reserve_days,
  }
}

export async function saveRenewalSettings(
  db: Db | Tx,
  account: string,
  settings: Omit<AccountRenewalSettings, 'noticeDays'>,
): Promise<void> {
  const columns = {
    grace_days: settings.graceDays,
    suspended_days: settings.suspendedDays,
    reserve_days: settings.reserveDays,
  }
  await db
    .insertInto('renewal_settings')
    .values({ account_id: account, ...columns })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(columns))
    .execute()
}
