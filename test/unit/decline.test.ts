import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyDecline, type Decline } from '../../billing/decline.ts'
import { DECLINE_CODES } from '../../billing/decline-codes.ts'
import { DECLINE_REASONS, describeReason, PAUSE_REASONS } from '../../billing/decline-reason.ts'
import { declineOf } from '../support/declines.ts'

const DAY_MS = 86_400_000

describe('precedence', () => {
  test.each([
    [
      'advice over the code',
      { adviceCode: 'try_again_later', declineCode: 'generic_decline' },
      'retry_later',
      'temporary',
    ],
    [
      'advice over the network',
      { adviceCode: 'confirm_card_data', networkAdviceCode: '25', declineCode: 'insufficient_funds' },
      'ask',
      'card_details',
    ],
    [
      'the network over the code',
      { networkAdviceCode: '26', declineCode: 'do_not_honor' },
      'retry_later',
      'temporary',
    ],
    [
      'the network over the code',
      { networkAdviceCode: '41', declineCode: 'insufficient_funds' },
      'ask',
      'card_not_supported',
    ],
    [
      'a block over the code',
      { outcomeType: 'blocked', declineCode: 'insufficient_funds' },
      'stop',
      'card_declined',
    ],
    [
      'advice that agrees with the code',
      { adviceCode: 'try_again_later', declineCode: 'insufficient_funds' },
      'retry_later',
      'insufficient_funds',
    ],
    [
      'advice that agrees with the code',
      { adviceCode: 'confirm_card_data', declineCode: 'expired_card' },
      'ask',
      'card_expired',
    ],
    [
      'a silent network',
      { networkAdviceCode: '00', declineCode: 'insufficient_funds' },
      'retry_later',
      'insufficient_funds',
    ],
    ['an invalid request', { outcomeType: 'invalid', declineCode: 'incorrect_cvc' }, 'ask', 'card_details'],
  ])('%s: %j is %s, told as %s', (_, facts, declineClass, reason) => {
    expect(classifyDecline(declineOf({ brand: 'mastercard', ...facts }))).toMatchObject({
      class: declineClass,
      reason,
      isKnown: true,
    })
  })

  test.each([
    ['stop', { declineCode: 'stolen_card' }],
    ['stop', { networkAdviceCode: '03', declineCode: 'insufficient_funds' }],
    ['stop', { outcomeType: 'blocked', declineCode: 'generic_decline' }],
    ['authenticate', { declineCode: 'authentication_required' }],
    ['revoked', { declineCode: 'stop_payment_order' }],
    ['duplicate', { declineCode: 'duplicate_transaction' }],
  ])('an advice to try again does not loosen %s: %j', (declineClass, facts) => {
    expect(classifyDecline(declineOf({ adviceCode: 'try_again_later', ...facts })).class).toBe(declineClass)
  })

  test.each(['do_not_try_again', null])(
    'consent that was revoked is told as such with advice %s',
    (adviceCode) => {
      const verdict = classifyDecline(declineOf({ adviceCode, declineCode: 'revocation_of_authorization' }))
      expect(verdict).toMatchObject({ class: 'revoked', reason: 'consent_revoked', otherCardMayCure: false })
    },
  )

  test.each([
    { adviceCode: 'do_not_try_again' },
    { networkAdviceCode: '03', brand: 'mastercard' },
    { networkAdviceCode: '21', brand: 'mastercard' },
    { outcomeType: 'blocked' },
    { declineCode: 'previously_declined_do_not_retry' },
  ])('%j stops the card whatever else is said', (stopping) => {
    fc.assert(
      fc.property(anyDecline(), (facts) => {
        expect(classifyDecline({ ...facts, ...stopping }).stopsCard).toBe(true)
        expect(classifyDecline({ ...facts, ...stopping }).class).not.toMatch(/retry_later|ask|authenticate/)
      }),
    )
  })
})

describe('the network', () => {
  test.each([
    ['24', DAY_MS / 24],
    ['25', DAY_MS],
    ['26', 2 * DAY_MS],
    ['27', 4 * DAY_MS],
    ['28', 6 * DAY_MS],
    ['29', 8 * DAY_MS],
    ['30', 10 * DAY_MS],
  ])('%s asks for a wait of %i ms, below an advice to try again too', (networkAdviceCode, waitMs) => {
    const facts = declineOf({ networkAdviceCode, brand: 'mastercard', declineCode: 'insufficient_funds' })
    const wanted = { class: 'retry_later', reason: 'insufficient_funds', waitMs }
    expect(classifyDecline(facts)).toMatchObject(wanted)
    expect(classifyDecline({ ...facts, adviceCode: 'try_again_later' })).toMatchObject(wanted)
  })

  test("that is not Mastercard's says nothing by a number that Mastercard lacks", () => {
    const facts = declineOf({ networkAdviceCode: '77', brand: 'amex', declineCode: 'insufficient_funds' })
    expect(classifyDecline(facts)).toMatchObject({ class: 'retry_later', isKnown: true })
  })
})

const HIDDEN = [
  'fraudulent',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'restricted_card',
  'stolen_card',
]

describe.each(HIDDEN)('%s', (declineCode) => {
  test('is never told apart from a generic decline, whatever the advice', () => {
    const generic = classifyDecline(declineOf({ declineCode: 'generic_decline' }))
    fc.assert(
      fc.property(anyDecline(), (facts) => {
        const hidden = classifyDecline({ ...facts, declineCode })
        expect(hidden).toMatchObject({ class: 'stop', stopsCard: true, reason: generic.reason, waitMs: null })
        expect(describeReason(hidden.reason)).toEqual(describeReason(generic.reason))
      }),
    )
    expect(classifyDecline(declineOf({ declineCode })).otherCardMayCure).toBe(generic.otherCardMayCure)
  })
})

test('only what may pass later has a wait', () => {
  fc.assert(
    fc.property(anyDecline(), (facts) => {
      const verdict = classifyDecline(facts)
      expect(verdict.waitMs === null || /retry_later|duplicate/.test(verdict.class)).toBe(true)
      expect(DECLINE_REASONS).toContain(verdict.reason)
    }),
  )
})

test.each(PAUSE_REASONS)('%s is told in a sentence and with what to do', (reason) => {
  const { title, whatToDo } = describeReason(reason)
  for (const text of [title, whatToDo]) expect(text).toMatch(/^[A-Z][^<>&\r\n]{8,100}\.$/)
  expect(`${title} ${whatToDo}`).not.toMatch(/stolen|lost|fraud|blacklist|restricted|_/i)
})

function anyDecline(): fc.Arbitrary<Decline> {
  const nullable = (...values: string[]) => fc.constantFrom(null, 'something_new', ...values)
  return fc.record({
    code: nullable('card_declined', 'expired_card', 'processing_error'),
    declineCode: nullable(...DECLINE_CODES.keys()),
    adviceCode: nullable('try_again_later', 'confirm_card_data', 'do_not_try_again'),
    networkAdviceCode: nullable('00', '01', '02', '03', '21', '24', '30', '40', '43', '77'),
    outcomeType: nullable('issuer_declined', 'blocked', 'invalid'),
    brand: nullable('visa', 'mastercard', 'MasterCard', 'amex'),
  })
}
