import type { Micros } from '../billing/money.ts'
import { decideRecharge, type RechargeFacts } from '../billing/recharge-rule.ts'
import { lockAccount } from '../db/lock-account.ts'
import { readRechargeFacts } from '../db/recharge-facts.ts'
import type { Tx } from '../db/transaction.ts'
import type { RechargeState } from './renew-charges.ts'
import { type AccountPlan, NO_RECHARGE, type Recharges } from './renew-plan.ts'

/** How auto-recharge would stand once the credit is what a plan leaves of it. The account must be locked. */
export async function readRecharges(
  tx: Tx,
  { account, plan, now }: { account: string; plan: AccountPlan; now: Date },
): Promise<Recharges> {
  const locked = await lockAccount(tx, account)
  if (!locked) return NO_RECHARGE
  const facts = await readRechargeFacts(tx, locked, now)
  return { due: rechargeState(facts, plan.left), near: rechargeState(facts, plan.leastForNear) }
}

function rechargeState(facts: RechargeFacts, balance: Micros): RechargeState {
  if (facts.hasOpenTopup) return 'pending'
  const decision = decideRecharge({ ...facts, balance })
  const isReady = decision.do === 'charge' || (decision.do === 'wait' && decision.why === 'card_busy')
  return isReady ? 'ready' : 'unavailable'
}
