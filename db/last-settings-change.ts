import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** Who saved recharge settings, and when. */
export interface SettingsChange {
  readonly by: string
  readonly at: Date
}

/** Null where the settings of an account were never saved. */
export async function readLastSettingsChange(db: Db | Tx, account: string): Promise<SettingsChange | null> {
  const row = await db
    .selectFrom('recharge_setting_changes')
    .select(['changed_by', 'changed_at'])
    .where('account_id', '=', account)
    .orderBy('changed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { by: row.changed_by, at: row.changed_at } : null
}
