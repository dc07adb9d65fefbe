import type { Micros } from './money.ts'
import type { NumberState } from './number-lifecycle.ts'
import type { RenewalPeriod } from './renewal-calendar.ts'
import { isNearRenewal, type NoticedAt, type RenewalNotice, warnedStep } from './renewal-notice.ts'
import { isDue, nextPeriod, type RentedNumber, stateOnceCharged } from './renewal-period.ts'
import { isKnownZone } from './renewal-zone.ts'

export interface RenewalSettings {
  /** From the unpaid renewal to the suspension. */
  readonly graceDays: number
  /** From the suspension to the release. */
  readonly suspendedDays: number
  /** From a notice to what it warns of. */
  readonly noticeDays: number
}

export const DEFAULT_RENEWAL_SETTINGS: RenewalSettings = { graceDays: 7, suspendedDays: 30, noticeDays: 3 }

export interface RenewalFacts extends RentedNumber {
  /** What `nextPeriod` costs by the rate in force when it begins; null where no rate covers it. */
  readonly price: Micros | null
  /** What renewals may use: the balance less what is held, less the renewals of other numbers that come first. */
  readonly available: Micros
  /** `ready`: on, allowed at this moment, and not tried yet for this decision. `pending`: a top-up is open.
   *  `unavailable`: off, paused, waiting after a decline or at a cap, or tried just now. */
  readonly recharge: 'ready' | 'pending' | 'unavailable'
  readonly accountClosed: boolean
  readonly noticedAt: NoticedAt
  readonly settings: RenewalSettings
}

export type RenewalDecision =
  | {
      readonly do: 'charge'
      readonly period: RenewalPeriod
      readonly amount: Micros
      /** The number's state from then on. Decide again: more may be owed. */
      readonly becomes: NumberState
    }
  /** Start an auto-recharge unless a top-up is open, and decide again when it has ended. The number stays as it is. */
  | { readonly do: 'recharge_first' }
  | { readonly do: 'enter_grace' | 'stay_grace' | 'suspend' | 'stay_suspended'; readonly until: Date }
  | { readonly do: 'release' }
  | { readonly do: 'refuse'; readonly code: RenewalRefusalCode; readonly message: string }
  /** `nextDueAt`: when the next renewal begins; null for a number that is gone. */
  | { readonly do: 'nothing'; readonly nextDueAt: Date | null }

export type RenewalRefusalCode = 'unknown_time_zone' | 'account_closed' | 'no_rate'

export interface RenewalStep {
  readonly decision: RenewalDecision
  /** Mails that are due now and were not given yet. They tell of the period after `lastChargedIndex`. */
  readonly notices: readonly RenewalNotice[]
}

/**
 * What happens to one number at one moment. A renewal that has begun is charged when the credit covers it; else an
 * auto-recharge is tried; else the number goes from grace to suspended to released, each after its days and its notice.
 * Whatever is refused leaves the number in its state, and is decided again by the next run. Of several unpaid periods
 * each is decided by itself, the oldest first. The facts must be those of one moment, read under the account's lock.
 */
export function decideRenewal(facts: RenewalFacts): RenewalStep {
  const { timeZone } = facts.anchor
  if (!isKnownZone(timeZone)) {
    const message = `${JSON.stringify(timeZone)} is no IANA time zone: the number's renewals have no date`
    return refuse('unknown_time_zone', message)
  }
  const period = nextPeriod(facts)
  if (period && isDue(facts, period)) return decideDue(facts, period)
  if (facts.state === 'grace' || facts.state === 'suspended') return stepDown(facts)
  return waitFor(facts, period)
}

function decideDue(facts: RenewalFacts, period: RenewalPeriod): RenewalStep {
  if (facts.accountClosed) {
    return refuse('account_closed', 'the account is closed: release its numbers or port them out')
  }
  if (facts.price === null) {
    const message = `no rate covers the renewal of ${period.key}: import one, and the next run charges it`
    return refuse('no_rate', message)
  }
  if (isCovered(facts.price, facts.available)) {
    const becomes = stateOnceCharged(facts, period)
    return step({ do: 'charge', period, amount: facts.price, becomes })
  }
  if (facts.recharge !== 'unavailable') return step({ do: 'recharge_first' })
  return stepDown(facts)
}

function waitFor(facts: RenewalFacts, period: RenewalPeriod | null): RenewalStep {
  if (!period) return step({ do: 'nothing', nextDueAt: null })
  const { price, available, recharge, noticedAt, settings, now } = facts
  const nothing = { do: 'nothing', nextDueAt: period.startsAt } as const
  const willBeCovered = price === null || isCovered(price, available) || recharge !== 'unavailable'
  const { noticeDays } = settings
  if (willBeCovered || !isNearRenewal({ startsAt: period.startsAt, noticeDays, now })) return step(nothing)
  return step(nothing, noticedAt.notice_renewal_uncovered ? [] : ['notice_renewal_uncovered'])
}

/** What costs nothing is covered by a debt, too. */
function isCovered(price: Micros, available: Micros): boolean {
  return price === 0n || price <= available
}

/** The next step of a number that cannot be paid: from active to grace to suspended to released. */
function stepDown(facts: RenewalFacts): RenewalStep {
  const { state, stateSince, now } = facts
  if (state === 'active') {
    const { at, notices } = suspension(facts, now)
    return step({ do: 'enter_grace', until: at }, ['notice_grace', ...notices])
  }
  if (state === 'grace') {
    const { at, notices } = suspension(facts, stateSince)
    if (now < at) return step({ do: 'stay_grace', until: at }, notices)
    const next = release(facts, now)
    return step({ do: 'suspend', until: next.at }, [...notices, ...next.notices])
  }
  const { at, notices } = release(facts, stateSince)
  return step(now < at ? { do: 'stay_suspended', until: at } : { do: 'release' }, notices)
}

function suspension(facts: RenewalFacts, graceSince: Date) {
  return warned('notice_suspension', facts, { since: graceSince, days: facts.settings.graceDays })
}

function release(facts: RenewalFacts, suspendedSince: Date) {
  return warned('notice_release', facts, { since: suspendedSince, days: facts.settings.suspendedDays })
}

function warned(
  notice: RenewalNotice,
  { settings: { noticeDays }, noticedAt, now }: RenewalFacts,
  wait: { readonly since: Date; readonly days: number },
): { readonly at: Date; readonly notices: readonly RenewalNotice[] } {
  const { at, isNoticeDue } = warnedStep({ ...wait, noticeDays, noticedAt: noticedAt[notice], now })
  return { at, notices: isNoticeDue ? [notice] : [] }
}

function refuse(code: RenewalRefusalCode, message: string): RenewalStep {
  return step({ do: 'refuse', code, message })
}

function step(decision: RenewalDecision, notices: readonly RenewalNotice[] = []): RenewalStep {
  return { decision, notices }
}
