import { checkRechargeSettings } from '../../../billing/recharge-settings.ts'
import type { RechargeSettings, StoredSettings } from '../api/recharge-settings.ts'
import { moneyForField } from '../money/format-money.ts'
import { typedAmount } from '../money/typed-amount.ts'

export const CAP_SPANS = ['day', 'week', 'month'] as const
export type CapSpan = (typeof CAP_SPANS)[number]

/** The settings as they stand in the fields of the form. */
export interface SettingsDraft {
  readonly enabled: boolean
  readonly amount: string
  readonly threshold: string
  /** Addresses with commas or spaces between them. */
  readonly emails: string
  readonly caps: Readonly<Record<CapSpan, CapDraft>>
}

export interface CapDraft {
  readonly count: string
  readonly amount: string
}

export function draftOf({ enabled, amount, threshold, emails, caps }: RechargeSettings): SettingsDraft {
  const capDraft = (span: CapSpan) => ({
    count: String(caps[span].count),
    amount: moneyForField(caps[span].amount),
  })
  return {
    enabled,
    amount: moneyForField(amount),
    threshold: moneyForField(threshold),
    emails: emails.join(', '),
    caps: { day: capDraft('day'), week: capDraft('week'), month: capDraft('month') },
  }
}

/** What is sent to the server. What is no amount is sent as it was typed, and refused. */
export function settingsOf(draft: SettingsDraft): RechargeSettings {
  const cap = (span: CapSpan) => ({
    count: /^\d{1,6}$/.test(draft.caps[span].count) ? Number.parseInt(draft.caps[span].count, 10) : 0,
    amount: amountOf(draft.caps[span].amount),
  })
  return {
    enabled: draft.enabled,
    amount: amountOf(draft.amount),
    threshold: amountOf(draft.threshold),
    emails: draft.emails.split(/[\s,;]+/).filter((email) => email !== ''),
    caps: { day: cap('day'), week: cap('week'), month: cap('month') },
  }
}

function amountOf(typed: string): string {
  return typedAmount(typed) ?? typed
}

/** What is wrong with each field, by its path, checked by the server's own rules; empty when all is well. */
export type DraftFaults = ReadonlyMap<string, string>

export function faultsOf(draft: SettingsDraft): DraftFaults {
  const checked = checkRechargeSettings(settingsOf(draft))
  const faults = 'faults' in checked ? checked.faults : []
  return new Map(faults.toReversed().map(({ field, rule }) => [fieldOf(field), sentence(rule)]))
}

/** All addresses stand in one field. */
function fieldOf(path: string): string {
  return path.startsWith('emails') ? 'emails' : path
}

function sentence(rule: string): string {
  return `${rule.charAt(0).toUpperCase()}${rule.slice(1).replace('a decimal string of dollars and whole cents', 'an amount in dollars and whole cents')}.`
}

export function isSame(draft: SettingsDraft, stored: StoredSettings): boolean {
  return JSON.stringify(settingsOf(draft)) === JSON.stringify(settingsOf(draftOf(stored)))
}
