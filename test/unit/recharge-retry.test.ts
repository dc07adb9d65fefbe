import { describe, expect, test } from 'vitest'
import { classifyDecline, type DeclineVerdict } from '../../billing/decline.ts'
import { afterDecline, verdictOfTry } from '../../billing/recharge-retry.ts'
import { declineOf } from '../support/declines.ts'

const HOUR_MS = 3_600_000
const NOW = new Date('2026-03-01T12:00:00Z')

function verdictOf(declineCode: string, networkAdviceCode: string | null = null): DeclineVerdict {
  return classifyDecline(declineOf({ declineCode, networkAdviceCode }))
}

function follow(verdict: DeclineVerdict, declinesInRow = 1) {
  return afterDecline({ verdict, declinesInRow, now: NOW })
}

test.each([
  [1, null, 24],
  [2, null, 48],
  [3, null, 72],
  [4, null, 96],
  [1, '24', 24],
  [1, '25', 24],
  [2, '26', 48],
  [1, '27', 96],
  [4, '28', 144],
  [1, '30', 240],
])(
  'decline %i in a row with network advice %s is tried again after %i hours',
  (declinesInRow, advice, hours) => {
    const at = new Date(NOW.getTime() + hours * HOUR_MS)
    expect(follow(verdictOf('insufficient_funds', advice), declinesInRow)).toEqual({ do: 'try_again', at })
  },
)

test.each([5, 6, 40])('decline %i in a row pauses', (declinesInRow) => {
  expect(follow(verdictOf('insufficient_funds', '30'), declinesInRow)).toEqual({
    do: 'pause',
    reason: 'declined',
  })
})

test.each([
  ['authentication_required', { do: 'pause', reason: 'authentication_required' }],
  ['generic_decline', { do: 'pause', reason: 'card_declined' }],
  ['expired_card', { do: 'pause', reason: 'card_expired' }],
  ['never_seen_before', { do: 'pause', reason: 'card_declined' }],
  ['do_not_try_again', { do: 'pause', reason: 'card_declined' }],
  ['revocation_of_authorization', { do: 'switch_off', reason: 'consent_revoked' }],
  ['stop_payment_order', { do: 'switch_off', reason: 'consent_revoked' }],
])('%s is not tried again: %j', (declineCode, followUp) => {
  expect(follow(verdictOf(declineCode))).toEqual(followUp)
})

test('a duplicate without an earlier success is tried again on schedule', () => {
  expect(follow(verdictOf('duplicate_transaction')).do).toBe('try_again')
  expect(follow(verdictOf('duplicate_transaction', '03'))).toEqual({ do: 'pause', reason: 'card_declined' })
})

test.each(['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'restricted_card', 'stolen_card'])(
  'what follows %s is what follows a generic decline, with and without a backup card',
  (hidden) => {
    expect(follow(verdictOf(hidden))).toEqual(follow(verdictOf('generic_decline')))
    for (const backup of [
      'insufficient_funds',
      'authentication_required',
      'expired_card',
      'stop_payment_order',
    ]) {
      const [withHidden, withGeneric] = [hidden, 'generic_decline'].map((code) =>
        follow(verdictOfTry([verdictOf(code), verdictOf(backup)])),
      )
      expect(withHidden).toEqual(withGeneric)
    }
  },
)

describe('of two declined cards', () => {
  test.each([
    ['insufficient_funds', 'stop_payment_order', 'consent_revoked'],
    ['insufficient_funds', 'authentication_required', 'authentication_required'],
    ['expired_card', 'authentication_required', 'authentication_required'],
    ['insufficient_funds', 'expired_card', 'card_expired'],
    ['expired_card', 'incorrect_cvc', 'card_expired'],
    ['processing_error', 'insufficient_funds', 'temporary'],
  ])('%s and %s, the strictest speaks, else the first: %s', (first, second, reason) => {
    expect(verdictOfTry([verdictOf(first), verdictOf(second)]).reason).toBe(reason)
  })

  test('of which both may pass later, the longer wait holds', () => {
    const verdict = verdictOfTry([verdictOf('insufficient_funds', '25'), verdictOf('processing_error', '29')])
    expect(verdict.waitMs).toBe(8 * 24 * HOUR_MS)
  })
})
