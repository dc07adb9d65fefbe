import { formatUsd, type Micros } from '../billing/money.ts'
import { periodKey } from '../billing/renewal-calendar.ts'
import { readAutoRecharge } from '../db/auto-recharge.ts'
import { intendMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { NumberPlan } from './renew-plan.ts'

/** Writes the mails that the plan of an account calls for, each once for a number and period. */
export async function intendNotices(
  tx: Tx,
  { account, plans, balance }: { account: string; plans: readonly NumberPlan[]; balance: Micros },
  ids: { newId: () => string; now: Date },
): Promise<void> {
  const telling = plans.filter(({ last }) => last.step.notices.length > 0)
  if (telling.length === 0) return
  const autoRecharge = await readAutoRecharge(tx, account)
  const recipients = autoRecharge?.settings.emails ?? []
  for (const { after, last } of telling) {
    const { number, anchor, lastChargedIndex } = after
    const event = `renewal/${number}/${periodKey(anchor, lastChargedIndex + 1)}`
    const content = {
      number,
      price: last.price && formatUsd(last.price.amount),
      balance: formatUsd(balance),
      dueAt: last.next?.startsAt.toISOString() ?? null,
      stepAt: 'until' in last.step.decision ? last.step.decision.until.toISOString() : null,
    }
    for (const template of last.step.notices) {
      await intendMail(tx, { account, template, event, recipients, content }, ids)
    }
  }
}
