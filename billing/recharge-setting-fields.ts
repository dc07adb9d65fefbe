import { type Micros, parseUsd } from './money.ts'

// One reader for each kind of setting: it answers with the value, or adds the fault to the list.

/** A rule that a setting breaks; the field of an inner value is its path: `emails.1`, `caps.day.count`. */
export interface SettingFault {
  readonly field: string
  readonly rule: string
}

export interface MoneyRule {
  readonly field: string
  readonly min: Micros
  readonly tooSmall: string
  readonly max: Micros
  readonly tooLarge: string
}

/** Whole cents within the rule's bounds; else null and a fault. */
export function readMoney(value: unknown, rule: MoneyRule, faults: SettingFault[]): Micros | null {
  const amount = parseWholeCents(value)
  const broken = amount === null ? WHOLE_CENTS : boundBroken(amount, rule)
  if (broken === null) return amount
  faults.push({ field: rule.field, rule: broken })
  return null
}

const MICROS_PER_CENT = 10_000n
const WHOLE_CENTS = 'must be a decimal string of dollars and whole cents, such as "100.00"'

function parseWholeCents(value: unknown): Micros | null {
  if (typeof value !== 'string') return null
  try {
    const amount = parseUsd(value)
    return amount % MICROS_PER_CENT === 0n ? amount : null
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
}

function boundBroken(amount: Micros, rule: MoneyRule): string | null {
  if (amount < rule.min) return rule.tooSmall
  return amount > rule.max ? rule.tooLarge : null
}

export function readEnabled(value: unknown, faults: SettingFault[]): boolean | null {
  if (typeof value === 'boolean') return value
  faults.push({ field: 'enabled', rule: 'must be true or false' })
  return null
}

const EMAILS_MAX = 10
const EMAIL_LENGTH_MAX = 254
/** A local part of dot-separated ASCII words, of 64 characters in all, and a domain of two labels or more. */
const EMAIL =
  /^(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i

/** At most ten different addresses, at least one where they are needed. */
export function readEmails(
  value: unknown,
  { areNeeded }: { readonly areNeeded: boolean },
  faults: SettingFault[],
): readonly string[] {
  if (!Array.isArray(value) || value.length > EMAILS_MAX) {
    faults.push({ field: 'emails', rule: `must be a list of at most ${EMAILS_MAX} addresses` })
    return []
  }
  if (areNeeded && value.length === 0) {
    faults.push({ field: 'emails', rule: 'must name at least one address while auto-recharge is on' })
  }
  const emails: readonly unknown[] = value
  return emails.flatMap((email, index) =>
    readEmail(email, { index, earlier: emails.slice(0, index) }, faults),
  )
}

function readEmail(
  value: unknown,
  { index, earlier }: { readonly index: number; readonly earlier: readonly unknown[] },
  faults: SettingFault[],
): readonly string[] {
  const rule = emailBroken(value, earlier)
  if (rule === null && typeof value === 'string') return [value]
  faults.push({ field: `emails.${index}`, rule: rule ?? NO_EMAIL })
  return []
}

const NO_EMAIL = `must be an e-mail address of at most ${EMAIL_LENGTH_MAX} characters`

function emailBroken(value: unknown, earlier: readonly unknown[]): string | null {
  if (typeof value !== 'string' || value.length > EMAIL_LENGTH_MAX || !EMAIL.test(value)) return NO_EMAIL
  const isTwice = earlier.some(
    (email) => typeof email === 'string' && email.toLowerCase() === value.toLowerCase(),
  )
  return isTwice ? 'must not be in the list twice' : null
}
