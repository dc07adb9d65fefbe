import type { PauseReason } from '../billing/decline-reason.ts'
import { formatUsd } from '../billing/money.ts'
import { pauseAutoRecharge, readAutoRecharge } from '../db/auto-recharge.ts'
import type { LockedAccount } from '../db/lock-account.ts'
import { intendMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { PaymentDeps } from './payment-deps.ts'

/** Pauses auto-recharge until the customer acts, and tells them why, once. */
export async function pauseAndTell(
  tx: Tx,
  { clock, newId }: Pick<PaymentDeps, 'clock' | 'newId'>,
  { account, reason }: { account: LockedAccount; reason: PauseReason },
): Promise<void> {
  const now = clock.now()
  const paused = await pauseAutoRecharge(tx, { account: account.id, reason, switchOff: false }, now)
  const autoRecharge = await readAutoRecharge(tx, account.id)
  if (!paused || !autoRecharge) return
  await intendMail(
    tx,
    {
      account: account.id,
      template: 'recharge_switched_off',
      event: `pause/${now.toISOString()}`,
      recipients: autoRecharge.settings.emails,
      content: { reason, card: null, balance: formatUsd(account.balance), at: now.toISOString() },
    },
    { newId, now },
  )
}
