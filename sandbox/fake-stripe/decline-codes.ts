/** A refusal of a card: what the error, `last_payment_error` and the charge's outcome say of it. */
export interface Decline {
  readonly declineCode: string
  readonly adviceCode?: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later'
  readonly networkAdviceCode?: string
  readonly networkDeclineCode?: string
  /** `blocked`: by Stripe, and never sent to the network. Else the issuer declined. */
  readonly outcomeType?: 'blocked' | 'issuer_declined'
  /** The outcome's; the decline code when nothing is given. */
  readonly reason?: string
}

/** The error code and the sentence of a decline code; Stripe's generic ones for a code that is in no list. */
export function wordsOf(declineCode: string): { code: string; message: string } {
  const code = OWN_ERROR_CODES.has(declineCode) ? declineCode : 'card_declined'
  return { code, message: MESSAGES.get(declineCode) ?? 'Your card was declined.' }
}

/** Decline codes whose error carries them as its `code` too, by Stripe's list of error codes. */
const OWN_ERROR_CODES = new Set([
  'authentication_required',
  'expired_card',
  'incorrect_address',
  'incorrect_cvc',
  'incorrect_number',
  'incorrect_zip',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'processing_error',
])

const MESSAGES = new Map([
  ['authentication_required', 'Your card was declined. This transaction requires authentication.'],
  ['card_not_supported', 'Your card does not support this type of purchase.'],
  ['currency_not_supported', 'Your card is not supported for this currency.'],
  [
    'duplicate_transaction',
    'A transaction with identical amount and card information was submitted very recently.',
  ],
  ['expired_card', 'Your card has expired.'],
  ['incorrect_cvc', "Your card's security code is incorrect."],
  ['incorrect_number', 'Your card number is incorrect.'],
  ['incorrect_zip', "Your card's postal code is incorrect."],
  ['insufficient_funds', 'Your card has insufficient funds.'],
  ['invalid_cvc', "Your card's security code is invalid."],
  ['invalid_expiry_month', "Your card's expiration month is invalid."],
  ['invalid_expiry_year', "Your card's expiration year is invalid."],
  ['invalid_number', 'Your card number is invalid.'],
  ['processing_error', 'An error occurred while processing your card. Try again in a little bit.'],
  ['testmode_decline', 'Your card was declined. Your request was in live mode, but used a known test card.'],
])

/** Every decline code of Stripe's documentation for cards (docs.stripe.com/declines/codes). */
export const DECLINE_CODES = [
  'approve_with_id',
  'authentication_required',
  'call_issuer',
  'card_not_supported',
  'card_velocity_exceeded',
  'currency_not_supported',
  'do_not_honor',
  'do_not_try_again',
  'duplicate_transaction',
  'expired_card',
  'fraudulent',
  'generic_decline',
  'incorrect_address',
  'incorrect_cvc',
  'incorrect_number',
  'incorrect_pin',
  'incorrect_zip',
  'insufficient_funds',
  'invalid_account',
  'invalid_amount',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'invalid_pin',
  'issuer_not_available',
  'lost_card',
  'merchant_blacklist',
  'new_account_information_available',
  'no_action_taken',
  'not_permitted',
  'offline_pin_required',
  'online_or_offline_pin_required',
  'pickup_card',
  'pin_try_exceeded',
  'processing_error',
  'reenter_transaction',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'security_violation',
  'service_not_allowed',
  'stolen_card',
  'stop_payment_order',
  'testmode_decline',
  'transaction_not_allowed',
  'try_again_later',
  'withdrawal_count_limit_exceeded',
] as const
