import {
  CALL_SECONDS_MAX,
  type Grant,
  type HoldAsk,
  type HoldExtension,
  type HoldKey,
  type HoldReason,
  type HoldState,
} from '../billing/hold.ts'
import { emergencyHoldIdOf, holdIdOf } from '../billing/hold-id.ts'
import { type HoldTimes, holdTimes } from '../billing/hold-times.ts'
import { ZERO_MICROS } from '../billing/money.ts'

/** What the telephony stack wants of a hold. */
export type HoldRequest =
  | { readonly do: 'ask'; readonly ask: HoldAsk }
  | { readonly do: 'extend'; readonly extension: HoldExtension }
  | { readonly do: 'release'; readonly hold: HoldKey }

/** What becomes of it. */
export type HoldOutcome =
  | GrantedHold
  | { readonly kind: 'refused'; readonly reason: HoldReason }
  | { readonly kind: 'released' }
  | { readonly kind: 'unknown_account' }
  | { readonly kind: 'unknown_hold' }
  /** The request id stands for something else. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'ended'; readonly state: Exclude<HoldState, 'open' | 'refused'> }
  /** It has no seconds that could be extended. */
  | { readonly kind: 'not_a_call' }
  /** No call is as long. */
  | { readonly kind: 'too_long' }

/** A grant with everything that the stack has to know about it. */
export interface GrantedHold extends Grant, HoldTimes {
  readonly kind: 'granted'
  readonly id: string
  /** The credit affords fewer than 60 seconds from the answer on. */
  readonly warn: boolean
}

/** A hold that was asked for at `startedAt`, as it was granted at `answeredAt`. */
export function grantedHold(
  key: HoldKey,
  { grant, startedAt, answeredAt }: { grant: Grant; startedAt: Date; answeredAt: Date },
): GrantedHold {
  return {
    kind: 'granted',
    id: holdIdOf(key),
    ...grant,
    ...holdTimes({ startedAt, seconds: grant.seconds }),
    warn: grant.warnAt !== null && grant.warnAt < answeredAt,
  }
}

/**
 * The hold of an emergency call or text: always granted, for nothing, and as long as any call may last, so that nobody needs
 * to ask again. Nothing is stored of it.
 */
export function emergencyHold(ask: HoldAsk, now: Date): GrantedHold {
  const seconds = ask.seconds === null ? null : CALL_SECONDS_MAX
  return {
    ...emergencyExtension(ask, now),
    id: emergencyHoldIdOf(ask),
    seconds,
    ...holdTimes({ startedAt: now, seconds }),
  }
}

/** An extension of such a hold, which its id says all about. */
export function emergencyExtension(key: HoldKey, now: Date): GrantedHold {
  const grant = { seconds: CALL_SECONDS_MAX, amount: ZERO_MICROS, warnAt: null }
  return grantedHold(key, { grant, startedAt: now, answeredAt: now })
}
