import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyDecline, type DeclineClass } from '../../billing/decline.ts'
import { DECLINE_CODES } from '../../billing/decline-codes.ts'
import type { DeclineReason } from '../../billing/decline-reason.ts'
import { declineOf } from '../support/declines.ts'

/** Every decline code that Stripe documents. */
const CODES_BY_CLASS: Readonly<Record<DeclineClass, readonly (readonly [string, DeclineReason])[]>> = {
  retry_later: [
    ['approve_with_id', 'temporary'],
    ['insufficient_funds', 'insufficient_funds'],
    ['issuer_not_available', 'temporary'],
    ['processing_error', 'temporary'],
    ['reenter_transaction', 'temporary'],
    ['try_again_later', 'temporary'],
    ['withdrawal_count_limit_exceeded', 'card_limit'],
  ],
  authenticate: [['authentication_required', 'authentication_required']],
  ask: [
    ['call_issuer', 'card_declined'],
    ['card_not_supported', 'card_not_supported'],
    ['card_velocity_exceeded', 'card_limit'],
    ['currency_not_supported', 'card_not_supported'],
    ['do_not_honor', 'card_declined'],
    ['expired_card', 'card_expired'],
    ['generic_decline', 'card_declined'],
    ['incorrect_address', 'card_details'],
    ['incorrect_cvc', 'card_details'],
    ['incorrect_number', 'card_details'],
    ['incorrect_pin', 'card_declined'],
    ['incorrect_zip', 'card_details'],
    ['invalid_account', 'card_declined'],
    ['invalid_amount', 'card_limit'],
    ['invalid_cvc', 'card_details'],
    ['invalid_expiry_month', 'card_details'],
    ['invalid_expiry_year', 'card_details'],
    ['invalid_number', 'card_details'],
    ['invalid_pin', 'card_declined'],
    ['new_account_information_available', 'card_details'],
    ['no_action_taken', 'card_declined'],
    ['not_permitted', 'card_declined'],
    ['offline_pin_required', 'card_declined'],
    ['online_or_offline_pin_required', 'card_declined'],
    ['pin_try_exceeded', 'card_declined'],
    ['security_violation', 'card_declined'],
    ['service_not_allowed', 'card_not_supported'],
    ['testmode_decline', 'card_declined'],
    ['transaction_not_allowed', 'card_declined'],
  ],
  stop: [
    ['do_not_try_again', 'card_declined'],
    ['fraudulent', 'card_declined'],
    ['lost_card', 'card_declined'],
    ['merchant_blacklist', 'card_declined'],
    ['pickup_card', 'card_declined'],
    ['previously_declined_do_not_retry', 'card_declined'],
    ['restricted_card', 'card_declined'],
    ['stolen_card', 'card_declined'],
  ],
  revoked: [
    ['revocation_of_all_authorizations', 'consent_revoked'],
    ['revocation_of_authorization', 'consent_revoked'],
    ['stop_payment_order', 'consent_revoked'],
  ],
  duplicate: [['duplicate_transaction', 'temporary']],
}

describe.each(Object.entries(CODES_BY_CLASS))('%s', (declineClass, codes) => {
  test.each(codes)('is the class of %s, told as %s', (declineCode, reason) => {
    expect(classifyDecline(declineOf({ declineCode }))).toEqual({
      class: declineClass,
      reason,
      waitMs: null,
      stopsCard: declineClass === 'stop',
      otherCardMayCure: declineClass !== 'revoked' && declineClass !== 'duplicate',
      isKnown: true,
    })
  })
})

test('every code of the table is either documented as a decline code or an error code without one', () => {
  const documented = Object.values(CODES_BY_CLASS).flatMap((codes) => codes.map(([code]) => code))
  const others = [...DECLINE_CODES.keys()].filter((code) => !documented.includes(code))
  expect(documented).toHaveLength(49)
  expect(others).toEqual(['payment_intent_authentication_failure', 'card_decline_rate_limit_exceeded'])
})

describe('a code that nobody knows', () => {
  test.each([
    ['a new decline code', { declineCode: 'moon_phase_wrong' }],
    ['no decline code', { declineCode: null }],
    ['no code at all', { code: null, outcomeType: null, brand: null }],
    ['a new advice', { declineCode: 'insufficient_funds', adviceCode: 'call_your_aunt' }],
    [
      'a new network advice',
      { declineCode: 'insufficient_funds', networkAdviceCode: '77', brand: 'mastercard' },
    ],
    [
      'a new network advice of an unnamed card',
      { declineCode: 'insufficient_funds', networkAdviceCode: '77', brand: null },
    ],
  ])('(%s) means stop and ask, and no other card is tried', (_, facts) => {
    expect(classifyDecline(declineOf(facts))).toEqual({
      class: 'ask',
      reason: 'card_declined',
      waitMs: null,
      stopsCard: false,
      otherCardMayCure: false,
      isKnown: false,
    })
  })

  test('is known by the error code that came without a decline code', () => {
    const verdict = classifyDecline(declineOf({ code: 'expired_card' }))
    expect(verdict).toMatchObject({ class: 'ask', reason: 'card_expired', isKnown: true })
  })

  test('never classifies as a try on the same card, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (declineCode, code) => {
        fc.pre(!DECLINE_CODES.has(declineCode))
        expect(classifyDecline(declineOf({ declineCode, code }))).toMatchObject({
          class: 'ask',
          isKnown: false,
        })
      }),
    )
  })
})
