import type { Decline } from '../../billing/decline.ts'

/** A decline of a Mastercard of which the issuer says no more than the test names. */
export function declineOf(facts: Partial<Decline>): Decline {
  return {
    code: 'card_declined',
    declineCode: null,
    adviceCode: null,
    networkAdviceCode: null,
    outcomeType: 'issuer_declined',
    brand: 'mastercard',
    ...facts,
  }
}
