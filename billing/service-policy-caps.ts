import { type Micros, micros } from './money.ts'
import { readMoney, type SettingFault } from './recharge-setting-fields.ts'
import { DEFAULT_SERVICE_POLICY, type PrefixCap } from './service-policy.ts'
import { readCount } from './service-policy-fields.ts'
import { isObject } from './usage-fields.ts'

const CAPS_MAX = 50
const CALLS_MAX = 10_000

/** Reads caps of different prefixes, each with a limit or two; null stands for absent ones. Answers null after a fault. */
export function readPrefixCaps(input: unknown, faults: SettingFault[]): readonly PrefixCap[] | null {
  if (input === null) return DEFAULT_SERVICE_POLICY.prefixCaps
  if (!Array.isArray(input) || input.length > CAPS_MAX) {
    faults.push({ field: 'prefixCaps', rule: `must be a list of at most ${CAPS_MAX} caps` })
    return null
  }
  const caps = input.map((cap: unknown, index) => readCap(cap, `prefixCaps.${index}`, faults))
  for (const [index, cap] of caps.entries()) {
    const isTwice = caps.findIndex((other) => other?.prefix === cap?.prefix) < index
    if (cap && isTwice) {
      faults.push({ field: `prefixCaps.${index}.prefix`, rule: 'must not be in the list twice' })
    }
  }
  const whole = caps.filter((cap) => cap !== null)
  return whole.length === caps.length ? whole : null
}

function readCap(input: unknown, field: string, faults: SettingFault[]): PrefixCap | null {
  if (!isObject(input)) {
    faults.push({
      field,
      rule: 'must be an object with a prefix, and concurrentCalls or spendPerDay or both',
    })
    return null
  }
  const prefix = readPrefix(input['prefix'], `${field}.prefix`, faults)
  const calls = input['concurrentCalls'] ?? null
  const spend = input['spendPerDay'] ?? null
  if (calls === null && spend === null) {
    faults.push({ field, rule: 'must set concurrentCalls or spendPerDay or both' })
  }
  const concurrentCalls =
    calls === null ? null : readCount(calls, { field: `${field}.concurrentCalls`, max: CALLS_MAX }, faults)
  const spendPerDay = spend === null ? null : readSpend(spend, `${field}.spendPerDay`, faults)
  return prefix === null ? null : { prefix, concurrentCalls, spendPerDay }
}

function readPrefix(value: unknown, field: string, faults: SettingFault[]): string | null {
  if (typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value)) return value
  faults.push({ field, rule: 'must be 1 to 15 digits of E.164 without +' })
  return null
}

function readSpend(value: unknown, field: string, faults: SettingFault[]): Micros | null {
  return readMoney(
    value,
    {
      field,
      min: micros(10_000n),
      tooSmall: 'must be above zero: a prefix that nobody may call is blocked by a rate card',
      max: micros(1_000_000_000_000n),
      tooLarge: 'must be at most $1,000,000',
    },
    faults,
  )
}
