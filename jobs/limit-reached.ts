import type { ReachedLimit } from '../billing/hold-limits.ts'
import type { MailContent } from '../billing/mails/templates.ts'
import { formatUsd } from '../billing/money.ts'
import { pauseAutoRecharge, readAutoRecharge } from '../db/auto-recharge.ts'
import { noteFinding } from '../db/findings.ts'
import { intendMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { JobContext } from './define-job.ts'

/**
 * What follows when a call or text is refused by a limit, in the transaction that refuses it: auto-recharge is paused until
 * somebody turns it on again, then a finding is noted and the customer is told, once for each pause. Many calls at once can
 * be plain work: that limit only notes a finding. Doing it again changes nothing. What the account holds must be locked.
 */
export async function noteLimitReached(
  tx: Tx,
  deps: Pick<JobContext, 'clock' | 'newId' | 'log'>,
  { account, limit }: { readonly account: string; readonly limit: ReachedLimit },
): Promise<void> {
  const alarm = alarmOf(limit)
  if (alarm === null) {
    await note(tx, deps, { account, limit, severity: 'warning' })
    return
  }
  const now = deps.clock.now()
  const before = await readAutoRecharge(tx, account)
  if (!before) throw new Error(`account ${account} has no auto-recharge row`)
  const { enabled: isOn, emails } = before.settings
  const isToldAlready = isOn && before.pausedReason === 'limit_reached'
  const pauses =
    isOn && (await pauseAutoRecharge(tx, { account, reason: 'limit_reached', switchOff: false }, now))
  const isNew = await note(tx, deps, { account, limit, severity: 'critical' })
  if (isToldAlready || !(pauses || isNew)) return
  await intendMail(
    tx,
    {
      account,
      template: 'limit_reached',
      event: `limit/${limit.limit}/${now.toISOString()}`,
      recipients: emails,
      content: { reached: alarm, autoRecharge: isOn ? 'paused' : 'off', at: now.toISOString() },
    },
    { newId: deps.newId, now },
  )
}

type Alarm = MailContent<'limit_reached'>['reached']

/** What the customer is told of a limit; null of one that alarms nobody. */
function alarmOf(reached: ReachedLimit): Alarm | null {
  const prefix = reached.prefix ?? ''
  switch (reached.limit) {
    case 'concurrent_calls':
      return null
    case 'prefix_calls':
      return { limit: reached.limit, prefix, max: reached.max }
    case 'prefix_spend':
      return { limit: reached.limit, prefix, max: formatUsd(reached.max) }
    case 'spend_per_hour':
    case 'spend_per_day':
      return { limit: reached.limit, max: formatUsd(reached.max) }
  }
}

/** One open finding for each limit of an account; false when there is one. */
async function note(
  tx: Tx,
  { clock, newId, log }: Pick<JobContext, 'clock' | 'newId' | 'log'>,
  {
    account,
    limit: { limit, prefix, max },
    severity,
  }: { account: string; limit: ReachedLimit; severity: 'warning' | 'critical' },
): Promise<boolean> {
  const subject = [account, limit, prefix].filter((part) => part !== null).join('/')
  const evidence = { limit, prefix, max: typeof max === 'bigint' ? formatUsd(max) : max }
  const isNew = await noteFinding(
    tx,
    { kind: 'limit_reached', subject, severity, evidence, account },
    { id: newId(), now: clock.now() },
  )
  if (isNew) log.error({ alert: true, account, severity, ...evidence }, 'limit reached')
  return isNew
}
