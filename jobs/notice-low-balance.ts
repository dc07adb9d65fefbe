import { lowBalanceNotice } from '../billing/low-balance.ts'
import { formatUsd } from '../billing/money.ts'
import { readAutoRecharge, updateAutoRecharge } from '../db/auto-recharge.ts'
import type { LockedAccount } from '../db/lock-account.ts'
import { intendMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { PaymentDeps } from './payment-deps.ts'

/** Tells the customer that the credit runs out and no recharge is on its way: once for each level that it falls through. */
export async function noticeLowBalance(
  tx: Tx,
  { clock, newId }: Pick<PaymentDeps, 'clock' | 'newId'>,
  account: LockedAccount,
): Promise<void> {
  const autoRecharge = await readAutoRecharge(tx, account.id)
  if (!autoRecharge) return
  const { balance } = account
  const { level, lowestNotified } = lowBalanceNotice({ balance, lowestNotified: autoRecharge.lowestNotice })
  await updateAutoRecharge(tx, account.id, { lowestNotice: lowestNotified })
  if (level === null) return
  const now = clock.now()
  const content = {
    level: formatUsd(level),
    balance: formatUsd(balance),
    autoRecharge: stateOf(account, autoRecharge.pausedReason),
    at: now.toISOString(),
  }
  await intendMail(
    tx,
    {
      account: account.id,
      template: 'low_balance',
      event: `low_balance/${formatUsd(level)}/${now.toISOString()}`,
      recipients: autoRecharge.settings.emails,
      content,
    },
    { newId, now },
  )
}

function stateOf({ rechargeEnabled }: LockedAccount, pausedReason: string | null): 'on' | 'off' | 'paused' {
  if (!rechargeEnabled) return 'off'
  return pausedReason === null ? 'on' : 'paused'
}
