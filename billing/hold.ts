import type { Micros } from './money.ts'
import type { UsageItem, UsageKind } from './usage-record.ts'

/** What the telephony stack asks before a call, a text, an attempt or the purchase of a number. */
export interface HoldAsk {
  /** The stack's own, unique per account: the same ask again has the same answer. */
  readonly requestId: string
  readonly account: string
  readonly item: UsageItem
  readonly kind: UsageKind | null
  readonly from: string | null
  readonly to: string
  /** Wanted for a call; null for anything else. */
  readonly seconds: number | null
  /** Of a text; null for anything else. */
  readonly segments: number | null
}

/** A hold by its account and the request that asked for it. */
export type HoldKey = Pick<HoldAsk, 'account' | 'requestId'>

/** More seconds for a call that is running. */
export interface HoldExtension {
  readonly hold: HoldKey
  /** The stack's own, unique per hold: the same extension again has the same answer. */
  readonly requestId: string
  /** Wanted beyond those that were granted so far. */
  readonly seconds: number
}

/** Why nothing is held. */
export type HoldReason =
  | 'insufficient_funds'
  | 'account_suspended'
  | 'destination_blocked'
  | 'no_rate'
  | 'limit_reached'

/** `settled` by its usage record, `released` by the stack, `expired` because nobody kept it. `refused` never held. */
export const HOLD_STATES = ['open', 'settled', 'released', 'expired', 'refused'] as const
export type HoldState = (typeof HOLD_STATES)[number]

/** What was granted: a call may last that long, a text may be sent. */
export interface Grant {
  /** From the beginning of the call, with all that was granted before; null for what has no duration. */
  readonly seconds: number | null
  /** Held for all of it: what a call of exactly these seconds costs. */
  readonly amount: Micros
  /** From when on the credit affords fewer than 60 further seconds; null while nothing tells that it will. */
  readonly warnAt: Date | null
}

/** The longest that one ask or extension may want, and the longest call, in seconds. */
export const ASKED_SECONDS_MAX = 7_200
export const CALL_SECONDS_MAX = 86_400

/** What is wanted for a call when the ask does not say. */
export const ASKED_SECONDS_DEFAULT = 300

/** How long before the end of the credit a caller is warned. */
export const WARNED_SECONDS = 60
