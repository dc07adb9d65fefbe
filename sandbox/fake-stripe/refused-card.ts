import { type Decline, wordsOf } from './decline-codes.ts'
import type { Charge } from './stripe-objects.ts'
import { docUrl } from './stripe-refusal.ts'

/** What an error, `last_payment_error` and `last_setup_error` say of a refusal; what the network did not say is left out. */
export function errorOf(decline: Decline) {
  const { code, message } = wordsOf(decline.declineCode)
  return {
    type: 'card_error' as const,
    ...(decline.adviceCode ? { advice_code: decline.adviceCode } : {}),
    code,
    decline_code: decline.declineCode,
    doc_url: docUrl(code),
    message,
    ...(decline.networkAdviceCode ? { network_advice_code: decline.networkAdviceCode } : {}),
    ...(decline.networkDeclineCode ? { network_decline_code: decline.networkDeclineCode } : {}),
  }
}

/** What the charge's `outcome` says of a refusal. */
export function refusedOutcome(decline: Decline): NonNullable<Charge['outcome']> {
  const isBlocked = decline.outcomeType === 'blocked'
  return {
    advice_code: decline.adviceCode ?? null,
    network_advice_code: decline.networkAdviceCode ?? null,
    network_decline_code: decline.networkDeclineCode ?? null,
    network_status: isBlocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: decline.reason ?? decline.declineCode,
    risk_level: isBlocked && decline.reason === 'highest_risk_level' ? 'highest' : 'normal',
    seller_message: isBlocked
      ? 'Stripe blocked this payment.'
      : `The bank returned the decline code ${decline.declineCode}.`,
    type: isBlocked ? 'blocked' : 'issuer_declined',
  }
}

export const APPROVED: NonNullable<Charge['outcome']> = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  seller_message: 'Payment complete.',
  type: 'authorized',
}
