import { affordableSeconds } from './affordable-seconds.ts'
import { CALL_SECONDS_MAX, type Grant, type HoldAsk, type HoldReason, WARNED_SECONDS } from './hold.ts'
import { type LimitUsage, limitReached, type ReachedLimit } from './hold-limits.ts'
import { addMicros, type Micros, subtractMicros, ZERO_MICROS } from './money.ts'
import type { RateSet } from './rate-set.ts'
import { type RateMatch, type Refusal, rateBySet } from './rating.ts'
import { type ServicePolicy, spendable } from './service-policy.ts'

/** An account at the moment of a decision, read under its lock; what was decided before in the same group counts. */
export interface HoldFacts {
  readonly status: 'active' | 'suspended' | 'closed'
  /** The balance less what is held and reserved. */
  readonly available: Micros
  readonly policy: ServicePolicy
  readonly usage: LimitUsage
  readonly accountAgeDays: number
}

export type HoldDecision =
  | ({ readonly kind: 'grant' } & Grant)
  | {
      readonly kind: 'refuse'
      readonly reason: HoldReason
      /** The limit that was reached, where that is the reason. */
      readonly limit: ReachedLimit | null
    }

/**
 * Whether a call, a text, an attempt or the purchase of a number may begin, and how long it may last. Whoever has no credit
 * may begin nothing, whatever it costs.
 */
export function decideHold(
  ask: HoldAsk,
  { rates, startedAt, facts }: { rates: RateMatch | Refusal; startedAt: Date; facts: HoldFacts },
): HoldDecision {
  const barred = barredBy(facts, rates)
  if (barred || rates.kind === 'refusal') return refuse(barred ?? 'no_rate')
  const money = spendable({ ask, isExtension: false, available: facts.available, policy: facts.policy })
  if (money <= 0n) return refuse('insufficient_funds')
  const { set } = rates
  const grant =
    ask.seconds === null
      ? grantPiece(ask, set, money)
      : grantCall({ set, startedAt, money, wanted: ask.seconds, atLeast: 1 })
  if (!grant) return refuse('insufficient_funds')
  return withinLimits(ask, { grant, added: grant.amount, isExtension: false, facts })
}

/** A call that is running: what it was asked for with, and what it has. */
export interface RunningCall {
  readonly ask: HoldAsk
  readonly startedAt: Date
  readonly seconds: number
  readonly held: Micros
}

/**
 * Whether a running call may last longer. All of it is priced by the rates of its beginning, as its usage record will be;
 * what it holds already is there to pay for it.
 */
export function decideExtension(
  call: RunningCall,
  { rates, seconds, facts }: { rates: RateMatch | Refusal; seconds: number; facts: HoldFacts },
): HoldDecision {
  const barred = barredBy(facts, rates)
  if (barred || rates.kind === 'refusal') return refuse(barred ?? 'no_rate')
  const { ask, startedAt, held } = call
  const more = spendable({ ask, isExtension: true, available: facts.available, policy: facts.policy })
  const grant = grantCall({
    set: rates.set,
    startedAt,
    money: addMicros(held, more),
    wanted: Math.min(call.seconds + seconds, CALL_SECONDS_MAX),
    atLeast: call.seconds + 1,
  })
  if (!grant) return refuse('insufficient_funds')
  return withinLimits(ask, { grant, added: subtractMicros(grant.amount, held), isExtension: true, facts })
}

function barredBy({ status }: HoldFacts, rates: RateMatch | Refusal): HoldReason | null {
  if (status !== 'active') return 'account_suspended'
  if (rates.kind === 'match') return null
  return rates.code === 'destination_blocked' ? 'destination_blocked' : 'no_rate'
}

/** As long a call as the money pays for; null where that is shorter than `atLeast`. */
function grantCall({
  set,
  startedAt,
  money,
  wanted,
  atLeast,
}: {
  set: RateSet
  startedAt: Date
  money: Micros
  wanted: number
  atLeast: number
}): Grant | null {
  const paid = affordableSeconds(set, { wanted: wanted + WARNED_SECONDS, money })
  if (!paid || paid.seconds < atLeast) return null
  const granted = paid.seconds <= wanted ? paid : affordableSeconds(set, { wanted, money })
  const endsSoon = paid.seconds < wanted + WARNED_SECONDS
  const warnAt = new Date(startedAt.getTime() + (paid.seconds - WARNED_SECONDS) * 1_000)
  return granted && { ...granted, warnAt: endsSoon ? warnAt : null }
}

/** What has no duration is paid for whole or not at all. */
function grantPiece({ item, segments }: HoldAsk, set: RateSet, money: Micros): Grant | null {
  const rated = rateBySet({ item, durationMs: null, segments }, set)
  return rated && rated.amount <= money ? { seconds: null, amount: rated.amount, warnAt: null } : null
}

function withinLimits(
  ask: HoldAsk,
  {
    grant,
    added,
    isExtension,
    facts,
  }: { grant: Grant; added: Micros; isExtension: boolean; facts: HoldFacts },
): HoldDecision {
  const { usage, policy, accountAgeDays } = facts
  const amount = added > 0n ? added : ZERO_MICROS
  const limit = limitReached({ ask, amount, isExtension, usage, policy, accountAgeDays })
  return limit ? { kind: 'refuse', reason: 'limit_reached', limit } : { kind: 'grant', ...grant }
}

function refuse(reason: HoldReason): HoldDecision {
  return { kind: 'refuse', reason, limit: null }
}
