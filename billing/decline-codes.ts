import type { DeclineReason } from './decline-reason.ts'

/**
 * What a decline asks of us. `retry_later`: the same card may pass on another day. `authenticate`: only with the
 * customer present. `ask`: only after the customer did something. `stop`: never this card again. `revoked`: the
 * customer took back the consent to automatic charges. `duplicate`: the bank saw the same charge moments before.
 */
export type DeclineClass = 'retry_later' | 'authenticate' | 'ask' | 'stop' | 'revoked' | 'duplicate'

export interface DeclineMeaning {
  readonly class: DeclineClass
  readonly reason: DeclineReason
}

const temporary: DeclineMeaning = { class: 'retry_later', reason: 'temporary' }
const authenticate: DeclineMeaning = { class: 'authenticate', reason: 'authentication_required' }
const declined: DeclineMeaning = { class: 'ask', reason: 'card_declined' }
const details: DeclineMeaning = { class: 'ask', reason: 'card_details' }
const limit: DeclineMeaning = { class: 'ask', reason: 'card_limit' }
const unsupported: DeclineMeaning = { class: 'ask', reason: 'card_not_supported' }
const stopped: DeclineMeaning = { class: 'stop', reason: 'card_declined' }
const revoked: DeclineMeaning = { class: 'revoked', reason: 'consent_revoked' }

/**
 * Stripe's decline codes (docs.stripe.com/declines/codes), with the error codes that come without one
 * (docs.stripe.com/error-codes). Stripe asks to present the codes of its "present as generic" steps, here from
 * `fraudulent` to `stolen_card`, as a generic decline: they share the reason of `generic_decline`.
 */
export const DECLINE_CODES: ReadonlyMap<string, DeclineMeaning> = new Map([
  ['approve_with_id', temporary],
  ['issuer_not_available', temporary],
  ['processing_error', temporary],
  ['reenter_transaction', temporary],
  ['try_again_later', temporary],
  ['insufficient_funds', { class: 'retry_later', reason: 'insufficient_funds' }],
  ['withdrawal_count_limit_exceeded', { class: 'retry_later', reason: 'card_limit' }],

  ['authentication_required', authenticate],
  ['payment_intent_authentication_failure', authenticate],

  ['call_issuer', declined],
  ['do_not_honor', declined],
  ['generic_decline', declined],
  ['incorrect_pin', declined],
  ['invalid_account', declined],
  ['invalid_pin', declined],
  ['no_action_taken', declined],
  ['not_permitted', declined],
  ['offline_pin_required', declined],
  ['online_or_offline_pin_required', declined],
  ['pin_try_exceeded', declined],
  ['security_violation', declined],
  ['testmode_decline', declined],
  ['transaction_not_allowed', declined],
  ['expired_card', { class: 'ask', reason: 'card_expired' }],
  ['card_decline_rate_limit_exceeded', limit],
  ['card_velocity_exceeded', limit],
  ['invalid_amount', limit],
  ['card_not_supported', unsupported],
  ['currency_not_supported', unsupported],
  ['service_not_allowed', unsupported],
  ['incorrect_address', details],
  ['incorrect_cvc', details],
  ['incorrect_number', details],
  ['incorrect_zip', details],
  ['invalid_cvc', details],
  ['invalid_expiry_month', details],
  ['invalid_expiry_year', details],
  ['invalid_number', details],
  ['new_account_information_available', details],

  ['fraudulent', stopped],
  ['lost_card', stopped],
  ['merchant_blacklist', stopped],
  ['pickup_card', stopped],
  ['restricted_card', stopped],
  ['stolen_card', stopped],
  ['do_not_try_again', stopped],
  // The reason Stripe gives when it blocks a repeat itself.
  ['previously_declined_do_not_retry', stopped],

  ['revocation_of_all_authorizations', revoked],
  ['revocation_of_authorization', revoked],
  ['stop_payment_order', revoked],

  ['duplicate_transaction', { class: 'duplicate', reason: 'temporary' }],
])
