import { noteFinding } from '../db/findings.ts'
import { addNumberChanges } from '../db/number-changes.ts'
import { postRenewals } from '../db/renewals.ts'
import type { RenewalAccount } from '../db/renewals-due.ts'
import { wakeServiceStates } from '../db/service-wakes.ts'
import type { TopupKey } from '../db/topups.ts'
import type { Tx } from '../db/transaction.ts'
import type { JobContext } from './define-job.ts'
import { intendNotices } from './renew-notices.ts'
import type { AccountPlan, NumberPlan } from './renew-plan.ts'
import { startRecharge } from './start-recharge.ts'
import { wakeRecharges } from './wake-recharges.ts'

export type RenewalDeps = Pick<JobContext, 'log' | 'clock' | 'newId' | 'stripe'>

export interface Renewed {
  /** Numbers about which all was decided, and those that something of ours keeps from being renewed. */
  readonly done: number
  readonly refused: number
  /** Recharges that were opened for want of credit: to be taken on once this has committed. */
  readonly topups: readonly TopupKey[]
}

export interface PlannedAccount {
  readonly account: RenewalAccount
  readonly plan: AccountPlan
}

/** Writes what was planned for some accounts, which must be locked. */
export async function writePlans(
  tx: Tx,
  deps: RenewalDeps,
  planned: readonly PlannedAccount[],
  now: Date,
): Promise<Renewed> {
  const plans = planned.flatMap(({ plan }) => plan.numbers)
  const { crossed } = await postRenewals(
    tx,
    {
      charges: plans.flatMap(({ charges }) => charges),
      numbers: plans.filter(isChanged).map(({ after }) => after),
    },
    now,
  )
  const changes = plans.flatMap(({ before: { account, number }, changes: own }) =>
    own.map((change) => ({ account, number, ...change })),
  )
  await addNumberChanges(tx, changes, now)
  for (const { account, plan } of planned) {
    const told = { account: account.id, plans: plan.numbers, balance: plan.left }
    await intendNotices(tx, told, { newId: deps.newId, now })
  }
  await wakeRecharges(tx, deps, crossed)
  await wakeServiceStates(tx, crossed, now)
  const refused = plans.filter(({ last }) => last.step.decision.do === 'refuse')
  await noteRefusals(tx, deps, refused)
  const topups = await startRecharges(tx, deps, planned)
  return { done: plans.length - refused.length, refused: refused.length, topups }
}

function isChanged({ before, after, charges }: NumberPlan): boolean {
  return (
    charges.length > 0 ||
    before.state !== after.state ||
    before.noticedAt !== after.noticedAt ||
    before.nextLookAt?.getTime() !== after.nextLookAt?.getTime()
  )
}

/** One finding for an account and a reason: it stays open until a person has looked at it. */
async function noteRefusals(tx: Tx, { log, clock, newId }: RenewalDeps, refused: readonly NumberPlan[]) {
  const seen = new Set<string>()
  for (const { before, last } of refused) {
    const { account, number } = before
    const { decision } = last.step
    if (decision.do !== 'refuse') continue
    const { code, message } = decision
    const subject = `${account}/${code}`
    if (seen.has(subject)) continue
    seen.add(subject)
    const finding = { kind: 'renewal_refused', subject, severity: 'warning', account } as const
    const evidence = { number, code, message }
    if (await noteFinding(tx, { ...finding, evidence }, { id: newId(), now: clock.now() })) {
      log.error({ alert: true, finding: finding.kind, subject, number, message }, 'renewal refused')
    }
  }
}

async function startRecharges(
  tx: Tx,
  deps: RenewalDeps,
  planned: readonly PlannedAccount[],
): Promise<TopupKey[]> {
  const topups: TopupKey[] = []
  for (const { account, plan } of planned) {
    const waits = plan.numbers.some(({ last }) => last.step.decision.do === 'recharge_first')
    const topup = waits ? await startRecharge(tx, deps, account.id) : null
    if (topup) topups.push(topup)
  }
  return topups
}
