import type { SettingFault } from './recharge-setting-fields.ts'

// One reader for each kind of field: it answers with the value, or adds the fault to the list.

export function readChoice<Word extends string>(
  value: unknown,
  { field, of }: { readonly field: string; readonly of: readonly Word[] },
  faults: SettingFault[],
): Word | null {
  const word = of.find((known) => known === value)
  if (word !== undefined) return word
  faults.push({ field, rule: `must be ${of.join(' or ')}` })
  return null
}

export function readFlag(value: unknown, field: string, faults: SettingFault[]): boolean | null {
  if (typeof value === 'boolean') return value
  faults.push({ field, rule: 'must be true or false' })
  return null
}

/** A whole number from 1. */
export function readCount(
  value: unknown,
  { field, max }: { readonly field: string; readonly max: number },
  faults: SettingFault[],
): number | null {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value
  faults.push({ field, rule: `must be a whole number from 1 to ${max}` })
  return null
}
