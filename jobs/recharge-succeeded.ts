import { lowBalanceNotice } from '../billing/low-balance.ts'
import { formatUsd, type Micros } from '../billing/money.ts'
import { noteRechargeNeed } from '../db/accounts.ts'
import { readAutoRecharge, resumeFromPassingPause, updateAutoRecharge } from '../db/auto-recharge.ts'
import { intendMail } from '../db/mails.ts'
import { readChargedCard } from '../db/topup-attempts.ts'
import type { Topup } from '../db/topups.ts'
import type { Tx } from '../db/transaction.ts'
import type { PaymentDeps } from './payment-deps.ts'

/** What follows a top-up that succeeded: nothing fails any more, the customer gets a receipt, the balance is looked at again. */
export async function rechargeSucceeded(
  tx: Tx,
  { clock, newId }: Pick<PaymentDeps, 'clock' | 'newId'>,
  { account, topup, balance }: { account: string; topup: Topup; balance: Micros },
): Promise<void> {
  const now = clock.now()
  const before = await readAutoRecharge(tx, account)
  if (!before) throw new Error(`account ${account} has no auto-recharge row`)
  const { lowestNotified } = lowBalanceNotice({ balance, lowestNotified: before.lowestNotice })
  await resumeFromPassingPause(tx, account, now)
  await updateAutoRecharge(tx, account, {
    nextTryAt: null,
    declines: 0,
    failingSince: null,
    lowestNotice: lowestNotified,
    wakeAt: now,
  })
  await noteRechargeNeed(tx, account, now)
  const told = {
    amount: formatUsd(topup.amount),
    balance: formatUsd(balance),
    card: await readChargedCard(tx, topup),
  }
  const mail = { account, event: `topup/${topup.id}`, recipients: before.settings.emails }
  const receipt = { ...told, topup: topup.id, origin: topup.origin, paidAt: now.toISOString() }
  await intendMail(
    tx,
    { ...mail, template: 'receipt', content: { ...receipt, requestedBy: topup.requestedBy } },
    { newId, now },
  )
  if (before.failingSince === null || topup.origin === 'manual') return
  await intendMail(
    tx,
    { ...mail, template: 'recharge_recovered', content: { ...told, at: now.toISOString() } },
    { newId, now },
  )
}
