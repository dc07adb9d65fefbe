import { checkRechargeSettings, type RechargeSettings } from '../billing/recharge-settings.ts'
import { isObject } from '../billing/usage-fields.ts'
import {
  type AutoRecharge,
  readAutoRecharge,
  resumeAutoRecharge,
  saveRechargeSettings,
} from '../db/auto-recharge.ts'
import { readLastSettingsChange } from '../db/last-settings-change.ts'
import { lockAccount } from '../db/lock-account.ts'
import { hasOpenDispute } from '../db/returns.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { unknownAccount } from './parameters.ts'
import { invalidValues, Problem } from './problem.ts'
import { capsAnswer } from './recharge-settings-answer.ts'
import type { WebContext } from './route.ts'

export interface NewSettings {
  readonly account: string
  /** As it came out of JSON. */
  readonly body: unknown
  readonly by: string
  /** Whether the settings are still those that the client means. */
  isMeant(before: AutoRecharge): boolean
}

/**
 * Replaces an account's recharge settings. Turning auto-recharge on, or saving it as on, is the customer's consent to go
 * on after a pause. Throws the problem that nothing was saved.
 */
export async function replaceSettings(
  { db, clock, newId }: Pick<WebContext, 'db' | 'clock' | 'newId'>,
  { account, body, by, isMeant }: NewSettings,
): Promise<AutoRecharge> {
  return await inTransaction(db, async (tx) => {
    const now = clock.now()
    await lockAccount(tx, account)
    const before = await readAutoRecharge(tx, account)
    if (!before) throw unknownAccount()
    if (!isMeant(before)) throw await changedMeanwhile(tx, account)
    const settings = checkedSettings(body, before)
    const resumes = settings.enabled && before.pausedReason !== null
    if (resumes) await refuseWhileDisputed(tx, account)
    await saveRechargeSettings(tx, { account, settings, by }, { id: newId(), now })
    if (resumes) await resumeAutoRecharge(tx, account, now)
    return (await readAutoRecharge(tx, account)) ?? before
  })
}

async function changedMeanwhile(tx: Tx, account: string): Promise<Problem> {
  const change = await readLastSettingsChange(tx, account)
  const last = change ? ` (last saved by ${change.by} at ${change.at.toISOString()})` : ''
  return new Problem('changed-meanwhile', {
    detail: `the settings were changed${last}, or auto-recharge was paused, since you read them: read them again`,
  })
}

/** Settings as a client wants them, checked. Caps that are left out stay as they are. Throws the problem of a bad one. */
export function checkedSettings(body: unknown, { settings }: AutoRecharge): RechargeSettings {
  const lacksCaps = isObject(body) && (body['caps'] ?? null) === null
  const whole = lacksCaps ? { ...body, caps: capsAnswer(settings.caps) } : body
  const checked = checkRechargeSettings(whole)
  if ('settings' in checked) return checked.settings
  throw invalidValues(checked.faults)
}

async function refuseWhileDisputed(tx: Tx, account: string): Promise<void> {
  if (!(await hasOpenDispute(tx, account))) return
  throw new Problem('dispute-open', {
    detail: 'nothing was saved: auto-recharge stays off while a payment of the account is disputed',
  })
}
