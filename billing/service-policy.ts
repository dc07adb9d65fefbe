import { addMicros, type Micros, micros, subtractMicros, ZERO_MICROS } from './money.ts'
import type { UsageRecord } from './usage-record.ts'

/** What an account's calls and texts may take at the end of its money, and how much they may spend at all. */
export interface ServicePolicy {
  /** `end`: the seconds that the credit affords are the limit; `finish`: a call that runs may go on into the overdraft. */
  readonly end: 'end' | 'finish'
  /** How far below zero calls that run may take the available credit, all of them together; zero with `end`. */
  readonly overdraft: Micros
  /** Credit that inbound calls alone may use; zero keeps none for them. */
  readonly inboundFirst: Micros
  readonly limits: ServiceLimits
  readonly prefixCaps: readonly PrefixCap[]
  /** An account that is not, has the limits of new accounts for its first days. */
  readonly trusted: boolean
}

/** Against toll fraud. Hours and days are those of UTC. */
export interface ServiceLimits {
  readonly concurrentCalls: number
  readonly spendPerHour: Micros
  readonly spendPerDay: Micros
}

/** Limits of their own for the numbers that begin with a prefix; null sets none. */
export interface PrefixCap {
  /** Digits of E.164 without `+`. */
  readonly prefix: string
  readonly concurrentCalls: number | null
  readonly spendPerDay: Micros | null
}

/** What the policy looks at in a call, text or number that is asked for. */
export type ServiceAsk = Pick<UsageRecord, 'item' | 'kind' | 'to'>

/**
 * Where artificially generated calls go first because whoever answers is paid for them: pay-per-call numbers of North
 * America, satellite networks, personal numbers, international networks, and international premium rate numbers.
 */
const PREMIUM_PREFIXES = ['1900', '870', '878', '881', '882', '883', '979']

export const DEFAULT_SERVICE_POLICY: ServicePolicy = {
  end: 'end',
  overdraft: ZERO_MICROS,
  inboundFirst: ZERO_MICROS,
  limits: {
    concurrentCalls: 50,
    spendPerHour: micros(100_000_000n),
    spendPerDay: micros(300_000_000n),
  },
  prefixCaps: PREMIUM_PREFIXES.map((prefix) => ({
    prefix,
    concurrentCalls: 2,
    spendPerDay: micros(20_000_000n),
  })),
  trusted: false,
}

/**
 * How much an ask may take of the available credit, beyond what the hold that it extends has. With zero or less there is
 * nothing to take. While credit is kept for inbound calls, nothing else reaches it, nor the overdraft below it.
 */
export function spendable({
  ask,
  isExtension,
  available,
  policy,
}: {
  readonly ask: ServiceAsk
  readonly isExtension: boolean
  /** The balance less everything that is held and reserved. */
  readonly available: Micros
  readonly policy: ServicePolicy
}): Micros {
  const { end, overdraft, inboundFirst } = policy
  if (inboundFirst > 0n && !servesInboundCall(ask)) return subtractMicros(available, inboundFirst)
  return isExtension && end === 'finish' ? addMicros(available, overdraft) : available
}

/** A ring-through attempt connects the caller of an inbound call. */
function servesInboundCall({ item, kind }: ServiceAsk): boolean {
  return item === 'ring_through_attempt' || (item === 'phone_call' && kind === 'inbound')
}

export const NEW_ACCOUNT_DAYS = 7

const NEW_ACCOUNT_LIMITS: ServiceLimits = {
  concurrentCalls: 10,
  spendPerHour: micros(20_000_000n),
  spendPerDay: micros(50_000_000n),
}

/** The limits of an account of this age in days of 24 hours: those of its policy, or smaller ones while it is new. */
export function limitsInForce({ limits, trusted }: ServicePolicy, accountAgeDays: number): ServiceLimits {
  if (trusted || accountAgeDays >= NEW_ACCOUNT_DAYS) return limits
  return {
    concurrentCalls: Math.min(limits.concurrentCalls, NEW_ACCOUNT_LIMITS.concurrentCalls),
    spendPerHour: smaller(limits.spendPerHour, NEW_ACCOUNT_LIMITS.spendPerHour),
    spendPerDay: smaller(limits.spendPerDay, NEW_ACCOUNT_LIMITS.spendPerDay),
  }
}

function smaller(a: Micros, b: Micros): Micros {
  return a < b ? a : b
}
