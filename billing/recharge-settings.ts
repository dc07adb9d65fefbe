import { type Micros, micros } from './money.ts'
import { readCaps } from './recharge-cap-settings.ts'
import type { RechargeCaps } from './recharge-caps.ts'
import {
  type MoneyRule,
  readEmails,
  readEnabled,
  readMoney,
  type SettingFault,
} from './recharge-setting-fields.ts'
import { isObject } from './usage-fields.ts'

export type { RechargeCaps } from './recharge-caps.ts'
export type { SettingFault } from './recharge-setting-fields.ts'

export interface RechargeSettings {
  readonly enabled: boolean
  readonly amount: Micros
  readonly threshold: Micros
  /** Who is told when a recharge fails. */
  readonly emails: readonly string[]
  readonly caps: RechargeCaps
}

/**
 * Checks recharge settings as they came out of JSON (CONTRACTS: recharge-settings), money as decimal strings, and
 * reports every fault. Absent e-mail addresses mean none. Absent caps mean the defaults, raised to one recharge where
 * that is larger. Unknown fields are ignored.
 */
export function checkRechargeSettings(
  input: unknown,
): { readonly settings: RechargeSettings } | { readonly faults: readonly SettingFault[] } {
  if (!isObject(input)) return { faults: [{ field: 'settings', rule: 'must be a JSON object' }] }
  const faults: SettingFault[] = []
  const enabled = readEnabled(input['enabled'], faults)
  const amount = readMoney(input['amount'], AMOUNT_RULE, faults)
  const threshold = readMoney(input['threshold'], THRESHOLD_RULE, faults)
  const emails = readEmails(input['emails'] ?? [], { areNeeded: enabled === true }, faults)
  const caps = readCaps(input['caps'] ?? null, amount, faults)
  const isWhole = enabled !== null && amount !== null && threshold !== null && caps !== null
  return isWhole && faults.length === 0
    ? { settings: { enabled, amount, threshold, emails, caps } }
    : { faults }
}

const AMOUNT_RULE: MoneyRule = {
  field: 'amount',
  min: micros(50_010_000n),
  tooSmall: 'must be greater than $50',
  max: micros(5_000_000_000n),
  tooLarge: 'must be at most $5,000',
}

const THRESHOLD_RULE: MoneyRule = {
  field: 'threshold',
  min: micros(10_000_000n),
  tooSmall: 'must be $10 or more',
  max: micros(5_000_000_000n),
  tooLarge: 'must be at most $5,000',
}
