import { decideRecharge, type RechargeDecision } from '../billing/recharge-rule.ts'
import { updateAutoRecharge } from '../db/auto-recharge.ts'
import { lockAccount } from '../db/lock-account.ts'
import { readRechargeFacts } from '../db/recharge-facts.ts'
import { openAttempt } from '../db/topup-attempts.ts'
import { openTopup, type TopupKey } from '../db/topups.ts'
import type { Tx } from '../db/transaction.ts'
import { LEASE_MS } from './decline-attempt.ts'
import { noticeLowBalance } from './notice-low-balance.ts'
import { pauseAndTell } from './pause-recharge.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'

type Deps = Pick<PaymentDeps, 'clock' | 'newId' | 'log'>

/**
 * Decides, by the balance and everything else of this moment, whether an account is recharged, and opens the top-up if so:
 * the intent, before Stripe hears of it. Locks the account, so that of many triggers at once one opens a top-up and the
 * others find it open. Returns the top-up that was opened, or null.
 */
export async function startRecharge(tx: Tx, deps: Deps, account: string): Promise<TopupKey | null> {
  const locked = await lockAccount(tx, account)
  if (!locked) return null
  const now = deps.clock.now()
  const facts = await readRechargeFacts(tx, locked, now)
  const decision = decideRecharge(facts)
  deps.log.info(
    { account, decision: decision.do, why: 'why' in decision ? decision.why : null },
    'recharge decided',
  )
  await updateAutoRecharge(tx, account, { wakeAt: decision.do === 'wait' ? decision.until : null })
  if (decision.do === 'pause') await pauseAndTell(tx, deps, { account: locked, reason: decision.reason })
  if (!isCovered(decision)) await noticeLowBalance(tx, deps, locked)
  if (decision.do !== 'charge') return null
  const card = facts.cards.find(({ id }) => id === decision.cardIds[0])
  if (!card) throw new Error('a recharge was decided without a card')
  const topup = { account, id: deps.newId() }
  const origin = { origin: 'auto', idempotencyKey: null, requestedBy: null } as const
  await openTopup(
    tx,
    { ...topup, ...origin, amount: decision.amount },
    { now, nextCheckAt: msAfter(now, LEASE_MS) },
  )
  await openAttempt(tx, { topup, card, automatic: true }, now)
  return topup
}

/** Whether credit is on its way, or will be as soon as it is needed. */
function isCovered(decision: RechargeDecision): boolean {
  if (decision.do === 'nothing') return decision.why === 'above_threshold' || decision.why === 'open_topup'
  return decision.do === 'charge'
}
