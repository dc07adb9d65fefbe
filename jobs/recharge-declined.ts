import { classifyDecline } from '../billing/decline.ts'
import { lowBalanceNotice } from '../billing/low-balance.ts'
import { formatUsd, type Micros } from '../billing/money.ts'
import { afterDecline, type DeclineFollowUp, verdictOfTry } from '../billing/recharge-retry.ts'
import {
  type AutoRecharge,
  pauseAutoRecharge,
  readAutoRecharge,
  updateAutoRecharge,
} from '../db/auto-recharge.ts'
import { intendMail } from '../db/mails.ts'
import { readChargedCard, readRefusals } from '../db/topup-attempts.ts'
import { keepTopupOpen, settleTopup, type Topup } from '../db/topups.ts'
import type { Tx } from '../db/transaction.ts'
import { actionDeadline } from './action-deadline.ts'
import type { PaymentDeps } from './payment-deps.ts'

type Deps = Pick<PaymentDeps, 'clock' | 'newId'>

interface DeclinedTry {
  readonly account: string
  readonly balance: Micros
  readonly topup: Topup
}

/**
 * What follows when no card would pay an automatic top-up: it is tried again later, or auto-recharge pauses until the
 * customer acts, or is switched off. The customer is told once for each, at the first of several failures in a row.
 */
export async function rechargeDeclined(tx: Tx, deps: Deps, declined: DeclinedTry): Promise<void> {
  const { account, topup } = declined
  const now = deps.clock.now()
  const before = await readAutoRecharge(tx, account)
  const [first, ...others] = (await readRefusals(tx, topup)).map(({ decline }) => classifyDecline(decline))
  if (!before || !first) throw new Error(`top-up ${topup.id} has no refusal to follow`)
  const verdict = verdictOfTry([first, ...others])
  const declines = before.declines + 1
  const followUp = afterDecline({ verdict, declinesInRow: declines, now })
  const nextTryAt = followUp.do === 'try_again' ? followUp.at : null
  await updateAutoRecharge(tx, account, {
    declines,
    failingSince: before.failingSince ?? now,
    nextTryAt,
    wakeAt: nextTryAt,
    // The mail about the failure tells the balance too.
    lowestNotice: lowBalanceNotice({ balance: declined.balance, lowestNotified: before.lowestNotice })
      .lowestNotified,
  })
  if (followUp.do !== 'try_again') {
    const switchOff = followUp.do === 'switch_off'
    await pauseAutoRecharge(tx, { account, reason: followUp.reason, switchOff }, now)
  }
  if (verdict.class === 'authenticate') {
    const waiting = { status: 'requires_action', reason: verdict.reason } as const
    await keepTopupOpen(tx, topup, { ...waiting, nextCheckAt: actionDeadline(topup) })
  } else {
    await settleTopup(tx, topup, { status: 'failed', reason: verdict.reason, now })
  }
  await tell(tx, deps, { ...declined, before, followUp, reason: verdict.reason })
}

/** Each failed top-up has its mail; those after the first in a row are written down and not sent. */
async function tell(
  tx: Tx,
  { clock, newId }: Deps,
  told: DeclinedTry & {
    before: AutoRecharge
    followUp: DeclineFollowUp
    reason: ReturnType<typeof classifyDecline>['reason']
  },
): Promise<void> {
  const { account, topup, balance, before, followUp, reason } = told
  const now = clock.now()
  const card = await readChargedCard(tx, topup)
  const mail = { account, event: `topup/${topup.id}`, recipients: before.settings.emails }
  const facts = { card, balance: formatUsd(balance) }
  const failed = { ...facts, amount: formatUsd(topup.amount), failedAt: now.toISOString(), topup: topup.id }
  const ids = { newId, now }
  if (reason === 'authentication_required') {
    await intendMail(tx, { ...mail, template: 'authentication_needed', content: failed }, ids)
    return
  }
  const isOff = followUp.do === 'switch_off' || (followUp.do === 'pause' && before.failingSince !== null)
  if (isOff) {
    const content = { ...facts, reason: followUp.reason, at: now.toISOString() }
    await intendMail(tx, { ...mail, template: 'recharge_switched_off', content }, ids)
    return
  }
  const nextTryAt = followUp.do === 'try_again' ? followUp.at.toISOString() : null
  const content = { ...failed, reason, nextTryAt }
  const silentBecause = before.failingSince === null ? null : 'an earlier failure in a row was told'
  await intendMail(tx, { ...mail, template: 'recharge_failed', content, silentBecause }, ids)
}
