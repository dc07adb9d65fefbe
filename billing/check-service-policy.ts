import { type Micros, micros, ZERO_MICROS } from './money.ts'
import { readMoney, type SettingFault } from './recharge-setting-fields.ts'
import { DEFAULT_SERVICE_POLICY, type ServiceLimits, type ServicePolicy } from './service-policy.ts'
import { readPrefixCaps } from './service-policy-caps.ts'
import { readChoice, readCount, readFlag } from './service-policy-fields.ts'
import { isObject } from './usage-fields.ts'

export const POLICY_ENDS = ['end', 'finish'] as const

/**
 * Checks a policy as it came out of JSON, money as decimal strings, and reports every fault. A field that is left out has
 * its default. Unknown fields are ignored.
 */
export function checkServicePolicy(
  input: unknown,
): { readonly policy: ServicePolicy } | { readonly faults: readonly SettingFault[] } {
  if (!isObject(input)) return { faults: [{ field: 'policy', rule: 'must be a JSON object' }] }
  const faults: SettingFault[] = []
  const end = readChoice(
    input['end'] ?? DEFAULT_SERVICE_POLICY.end,
    { field: 'end', of: POLICY_ENDS },
    faults,
  )
  const overdraft = readMoney(input['overdraft'] ?? '0', OVERDRAFT_RULE, faults)
  const inboundFirst = readMoney(input['inboundFirst'] ?? '0', INBOUND_FIRST_RULE, faults)
  const limits = readLimits(input['limits'] ?? {}, faults)
  const prefixCaps = readPrefixCaps(input['prefixCaps'] ?? null, faults)
  const trusted = readFlag(input['trusted'] ?? DEFAULT_SERVICE_POLICY.trusted, 'trusted', faults)
  if (end !== null && overdraft !== null) checkOverdraft({ end, overdraft }, faults)
  const isWhole =
    end && overdraft !== null && inboundFirst !== null && limits && prefixCaps && trusted !== null
  return isWhole && faults.length === 0
    ? { policy: { end, overdraft, inboundFirst, limits, prefixCaps, trusted } }
    : { faults }
}

const OVERDRAFT_RULE = {
  field: 'overdraft',
  min: ZERO_MICROS,
  tooSmall: 'must not be negative',
  max: micros(50_000_000n),
  tooLarge: 'must be at most $50',
}

const INBOUND_FIRST_RULE = {
  field: 'inboundFirst',
  min: ZERO_MICROS,
  tooSmall: 'must not be negative',
  max: micros(5_000_000_000n),
  tooLarge: 'must be at most $5,000',
}

/** So that nobody reads a worst case into a field that has no effect. */
function checkOverdraft(
  { end, overdraft }: Pick<ServicePolicy, 'end' | 'overdraft'>,
  faults: SettingFault[],
): void {
  if (end === 'finish' && overdraft === 0n) {
    faults.push({ field: 'overdraft', rule: 'must be above zero where end is finish' })
  }
  if (end === 'end' && overdraft > 0n) {
    faults.push({ field: 'overdraft', rule: 'must be zero or left out where end is end' })
  }
}

const CALLS_MAX = 10_000
const SPEND_MAX = micros(1_000_000_000_000n)

function readLimits(input: unknown, faults: SettingFault[]): ServiceLimits | null {
  const defaults = DEFAULT_SERVICE_POLICY.limits
  if (!isObject(input)) {
    faults.push({
      field: 'limits',
      rule: 'must be an object with concurrentCalls, spendPerHour and spendPerDay',
    })
    return null
  }
  const concurrentCalls = readCount(
    input['concurrentCalls'] ?? defaults.concurrentCalls,
    { field: 'limits.concurrentCalls', max: CALLS_MAX },
    faults,
  )
  const spendPerHour = readSpend(input['spendPerHour'], 'spendPerHour', faults)
  const spendPerDay = readSpend(input['spendPerDay'], 'spendPerDay', faults)
  if (concurrentCalls === null || spendPerHour === null || spendPerDay === null) return null
  if (spendPerDay < spendPerHour) {
    faults.push({ field: 'limits.spendPerDay', rule: 'must be at least limits.spendPerHour' })
  }
  return { concurrentCalls, spendPerHour, spendPerDay }
}

function readSpend(
  value: unknown,
  name: 'spendPerHour' | 'spendPerDay',
  faults: SettingFault[],
): Micros | null {
  if (value === undefined || value === null) return DEFAULT_SERVICE_POLICY.limits[name]
  return readMoney(
    value,
    {
      field: `limits.${name}`,
      min: micros(1_000_000n),
      tooSmall: 'must be $1 or more',
      max: SPEND_MAX,
      tooLarge: 'must be at most $1,000,000',
    },
    faults,
  )
}
