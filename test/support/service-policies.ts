import type { LimitUsage } from '../../billing/hold-limits.ts'
import { ZERO_MICROS } from '../../billing/money.ts'
import { DEFAULT_SERVICE_POLICY, type ServiceAsk, type ServicePolicy } from '../../billing/service-policy.ts'

export const OUTBOUND: ServiceAsk = { item: 'phone_call', kind: 'outbound', to: '+12035550123' }
export const INBOUND: ServiceAsk = { item: 'phone_call', kind: 'inbound', to: '+12035550100' }
export const ATTEMPT: ServiceAsk = { item: 'ring_through_attempt', kind: null, to: '+12035550111' }
export const TEXT: ServiceAsk = { item: 'outgoing_text', kind: null, to: '+12035550123' }
export const INCOMING_TEXT: ServiceAsk = { item: 'incoming_text', kind: null, to: '+12035550100' }
export const PURCHASE: ServiceAsk = { item: 'phone_number', kind: 'purchase', to: '+12035550100' }

/** Older than any account that counts as new. */
export const OLD_DAYS = 400

/** The default policy but for what is given. */
export function aPolicy(fields: Partial<ServicePolicy> = {}): ServicePolicy {
  return { ...DEFAULT_SERVICE_POLICY, ...fields }
}

/** An account that has spent and holds nothing but what is given. */
export function anUsage(fields: Partial<LimitUsage> = {}): LimitUsage {
  return {
    openCalls: 0,
    held: ZERO_MICROS,
    hourSpent: ZERO_MICROS,
    daySpent: ZERO_MICROS,
    prefixSpent: ZERO_MICROS,
    prefixOpenCalls: 0,
    ...fields,
  }
}
