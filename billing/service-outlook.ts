import { type Micros, ZERO_MICROS } from './money.ts'
import { type ServiceState, serviceState } from './service-state.ts'

/** `ending`: by the present rate of spending the service stops soon. */
export type ServiceStateName = 'active' | 'ending' | 'stopped'
export const SERVICE_STATES = ['active', 'ending', 'stopped'] as const satisfies ServiceStateName[]

/** Why a service is not simply active. */
export type ServiceReason = NonNullable<ServiceState['reason']> | 'credit_runs_out'

/** What an account spends at present. */
export interface PresentSpending {
  readonly amount: Micros
  /** How long it took to spend that: an hour, or less where the first charge of the hour began later. */
  readonly overMs: number
}

export interface ServiceFacts {
  readonly status: 'active' | 'suspended' | 'closed'
  /** The balance less what is held and reserved. */
  readonly available: Micros
  readonly spending: PresentSpending
  /** What was decided last. */
  readonly present: ServiceStateName
}

export interface ServiceOutlook {
  readonly state: ServiceStateName
  readonly reason: ServiceReason | null
  /** After how long the state may change without anything happening to the account; null where it cannot. */
  readonly lookAfterMs: number | null
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A service is ending when its credit lasts shorter than this, and is not any more when it lasts an hour. */
const ENDING_BELOW_MS = 30 * MINUTE_MS
const LASTING_FROM_MS = HOUR_MS
/** Spending over a shorter time tells no rate. */
const DATA_MIN_MS = 10 * MINUTE_MS
const ENDING_LOOK_MS = 5 * MINUTE_MS
/** What lasts longer is looked at when its account moves. */
const LASTING_LOOK_MAX_MS = 24 * HOUR_MS

/**
 * The state of an account's service: stopped as `serviceState` says; ending when the available credit would last less
 * than half an hour at the spending of the last hour; active otherwise. What is ending stays so until the credit would
 * last an hour, so that it does not go back and forth.
 */
export function serviceOutlook(facts: ServiceFacts): ServiceOutlook {
  const { service, reason } = serviceState(facts)
  if (service === 'stopped') return { state: 'stopped', reason, lookAfterMs: null }
  const { spending } = facts
  if (spending.amount <= ZERO_MICROS) return ACTIVE
  const wasEnding = facts.present === 'ending'
  if (spending.overMs < DATA_MIN_MS) {
    return { ...(wasEnding ? ENDING : ACTIVE), lookAfterMs: DATA_MIN_MS - spending.overMs }
  }
  const lastsMs = creditLastsMs(facts.available, spending)
  if (lastsMs < (wasEnding ? LASTING_FROM_MS : ENDING_BELOW_MS)) return ENDING
  if (lastsMs > LASTING_LOOK_MAX_MS) return ACTIVE
  return { ...ACTIVE, lookAfterMs: Math.max(MINUTE_MS, (lastsMs - ENDING_BELOW_MS) / 2) }
}

const ACTIVE: ServiceOutlook = { state: 'active', reason: null, lookAfterMs: null }
const ENDING: ServiceOutlook = {
  state: 'ending',
  reason: 'credit_runs_out',
  lookAfterMs: ENDING_LOOK_MS,
}

/** At most a year, rounded down to milliseconds. */
function creditLastsMs(available: Micros, { amount, overMs }: PresentSpending): number {
  const lasts = (available * BigInt(overMs)) / amount
  return Number(lasts < YEAR_MS ? lasts : YEAR_MS)
}

const YEAR_MS = BigInt(366 * 24 * HOUR_MS)
