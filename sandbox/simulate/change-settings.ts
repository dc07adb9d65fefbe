import { formatUsd, type Micros } from '../../billing/money.ts'
import { checkRechargeSettings, type RechargeSettings } from '../../billing/recharge-settings.ts'
import { readAutoRecharge, saveRechargeSettings } from '../../db/auto-recharge.ts'
import { lockAccount } from '../../db/lock-account.ts'
import { inTransaction } from '../../db/transaction.ts'
import { DEMO_ACCOUNTS } from '../demo/accounts.ts'
import type { World } from './open-world.ts'

/** Recharge settings to try; null leaves those of the demo. */
export interface SettingChanges {
  readonly amount: Micros | null
  readonly threshold: Micros | null
  /** Whose; null for all accounts. */
  readonly account: string | null
}

/** Saves other recharge settings for the demo's accounts, before anything happens. */
export async function changeSettings(
  { db, clock, newId }: World,
  { amount, threshold, account }: SettingChanges,
): Promise<void> {
  if (amount === null && threshold === null) return
  const accounts = DEMO_ACCOUNTS.filter(({ id }) => account === null || id === account)
  for (const { id } of accounts) {
    await inTransaction(db, async (tx) => {
      await lockAccount(tx, id)
      const before = await readAutoRecharge(tx, id)
      if (!before) throw new Error(`account ${id} has no recharge settings`)
      const settings = merge(before.settings, { amount, threshold })
      await saveRechargeSettings(
        tx,
        { account: id, settings, by: 'simulate' },
        { id: newId(), now: clock.now() },
      )
    })
  }
}

/** As the API would take them: caps are raised to one recharge where that is larger. */
function merge(
  before: RechargeSettings,
  { amount, threshold }: Pick<SettingChanges, 'amount' | 'threshold'>,
): RechargeSettings {
  const { enabled, emails } = before
  const checked = checkRechargeSettings({
    enabled,
    emails,
    amount: formatUsd(amount ?? before.amount),
    threshold: formatUsd(threshold ?? before.threshold),
  })
  if ('settings' in checked) return checked.settings
  throw new Error(checked.faults.map(({ field, rule }) => `${field} ${rule}`).join('; '))
}
