import { formatUsd } from './money.ts'
import type { ServicePolicy } from './service-policy.ts'

/** A policy as it is stored and sent, money as decimal strings: what `checkServicePolicy` reads. */
export function policyJson(policy: ServicePolicy) {
  const { end, overdraft, inboundFirst, limits, prefixCaps, trusted } = policy
  return {
    end,
    overdraft: formatUsd(overdraft),
    inboundFirst: formatUsd(inboundFirst),
    limits: {
      concurrentCalls: limits.concurrentCalls,
      spendPerHour: formatUsd(limits.spendPerHour),
      spendPerDay: formatUsd(limits.spendPerDay),
    },
    prefixCaps: prefixCaps.map(({ prefix, concurrentCalls, spendPerDay }) => ({
      prefix,
      concurrentCalls,
      spendPerDay: spendPerDay === null ? null : formatUsd(spendPerDay),
    })),
    trusted,
  }
}
