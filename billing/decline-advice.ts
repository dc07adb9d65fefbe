import type { DeclineMeaning } from './decline-codes.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const again: DeclineMeaning = { class: 'retry_later', reason: 'temporary' }
const never: DeclineMeaning = { class: 'stop', reason: 'card_declined' }
const checkDetails: DeclineMeaning = { class: 'ask', reason: 'card_details' }
const otherCard: DeclineMeaning = { class: 'ask', reason: 'card_not_supported' }

/** Stripe's `advice_code` (docs.stripe.com/declines/card, "retrying issuer declines"). */
export const ADVICE_CODES: ReadonlyMap<string, DeclineMeaning> = new Map([
  ['try_again_later', again],
  ['confirm_card_data', checkDetails],
  ['do_not_try_again', never],
])

export interface NetworkAdvice extends DeclineMeaning {
  /** How long the network wants to be left alone. */
  readonly waitMs: number | null
}

/** Mastercard's merchant advice codes, which Stripe hands on as `network_advice_code`. */
export const NETWORK_ADVICE_CODES: ReadonlyMap<string, NetworkAdvice> = new Map([
  ['01', { ...checkDetails, waitMs: null }],
  ['02', { ...again, waitMs: null }],
  ['03', { ...never, waitMs: null }],
  ['04', { ...checkDetails, waitMs: null }],
  ['21', { ...never, waitMs: null }],
  ['24', { ...again, waitMs: HOUR_MS }],
  ['25', { ...again, waitMs: DAY_MS }],
  ['26', { ...again, waitMs: 2 * DAY_MS }],
  ['27', { ...again, waitMs: 4 * DAY_MS }],
  ['28', { ...again, waitMs: 6 * DAY_MS }],
  ['29', { ...again, waitMs: 8 * DAY_MS }],
  ['30', { ...again, waitMs: 10 * DAY_MS }],
  // Prepaid cards that take no more money, and card numbers made for one payment.
  ['40', { ...otherCard, waitMs: null }],
  ['41', { ...otherCard, waitMs: null }],
])

/** Codes that say something of the card's kind, or nothing, and leave the decision to the other facts. */
export const SILENT_NETWORK_ADVICE: ReadonlySet<string> = new Set(['00', '43'])

/** The `outcome.type` of a charge. An `invalid` request and an issuer's decline are told apart by their codes. */
export const OUTCOME_TYPES: ReadonlyMap<string, DeclineMeaning> = new Map([['blocked', never]])
