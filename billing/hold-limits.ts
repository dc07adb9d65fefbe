import type { Micros } from './money.ts'
import { limitsInForce, type PrefixCap, type ServiceAsk, type ServicePolicy } from './service-policy.ts'

/** What an account has spent and holds before an ask is decided. */
export interface LimitUsage {
  /** Calls that have an open hold. */
  readonly openCalls: number
  /** Everything that is held. */
  readonly held: Micros
  /** Charged in the present hour and day of UTC, with or without a hold. */
  readonly hourSpent: Micros
  readonly daySpent: Micros
  /** Of the ask's capped prefix: what is held, and charged in the present day; zero where it has none. */
  readonly prefixSpent: Micros
  readonly prefixOpenCalls: number
}

/** The limit that an ask would break. */
export type ReachedLimit = ReachedCallLimit | ReachedSpendLimit

interface ReachedCallLimit {
  readonly limit: 'concurrent_calls' | 'prefix_calls'
  /** Of the cap; null for a limit of the whole account. */
  readonly prefix: string | null
  readonly max: number
}

interface ReachedSpendLimit {
  readonly limit: 'spend_per_hour' | 'spend_per_day' | 'prefix_spend'
  readonly prefix: string | null
  readonly max: Micros
}

/**
 * Whether an ask that adds `amount` to what is held breaks a limit of its account; null when it breaks none. Held money
 * counts as spent, so whatever the calls come to in the end, they stay within the limit. An ask for nothing breaks no limit
 * on money, an extension none on the number of calls. Many calls alone are the weakest sign of fraud: they are told last.
 */
export function limitReached({
  ask,
  amount,
  isExtension,
  usage,
  policy,
  accountAgeDays,
}: {
  readonly ask: ServiceAsk
  readonly amount: Micros
  readonly isExtension: boolean
  readonly usage: LimitUsage
  readonly policy: ServicePolicy
  /** In days of 24 hours. */
  readonly accountAgeDays: number
}): ReachedLimit | null {
  const limits = limitsInForce(policy, accountAgeDays)
  const cap = prefixCapFor(ask, policy)
  const opensCall = ask.item === 'phone_call' && !isExtension
  const spends = (spent: bigint, max: Micros) => amount > 0n && spent + amount > max
  if (spends(usage.hourSpent + usage.held, limits.spendPerHour)) {
    return { limit: 'spend_per_hour', prefix: null, max: limits.spendPerHour }
  }
  if (spends(usage.daySpent + usage.held, limits.spendPerDay)) {
    return { limit: 'spend_per_day', prefix: null, max: limits.spendPerDay }
  }
  if (cap?.spendPerDay != null && spends(usage.prefixSpent, cap.spendPerDay)) {
    return { limit: 'prefix_spend', prefix: cap.prefix, max: cap.spendPerDay }
  }
  if (cap?.concurrentCalls != null && opensCall && usage.prefixOpenCalls >= cap.concurrentCalls) {
    return { limit: 'prefix_calls', prefix: cap.prefix, max: cap.concurrentCalls }
  }
  if (opensCall && usage.openCalls >= limits.concurrentCalls) {
    return { limit: 'concurrent_calls', prefix: null, max: limits.concurrentCalls }
  }
  return null
}

/**
 * The cap that covers the number an ask calls or texts, of several the one with the longest prefix; null where none does.
 * The numbers that others call or text, and those that are bought, have no caps.
 */
export function prefixCapFor(ask: ServiceAsk, { prefixCaps }: ServicePolicy): PrefixCap | null {
  if (!goesOut(ask)) return null
  const covering = prefixCaps.filter(({ prefix }) => ask.to.startsWith(`+${prefix}`))
  return covering.reduce<PrefixCap | null>(
    (longest, cap) => (longest !== null && longest.prefix.length >= cap.prefix.length ? longest : cap),
    null,
  )
}

function goesOut({ item, kind }: ServiceAsk): boolean {
  if (item === 'phone_call') return kind === 'outbound'
  return item === 'outgoing_text' || item === 'ring_through_attempt'
}
