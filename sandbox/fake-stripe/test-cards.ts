import { DECLINE_CODES, type Decline } from './decline-codes.ts'

/** How a card behaves. Numbers and names are those of docs.stripe.com/testing; no other number is taken. */
export interface TestCard {
  /** `pm_card_…`, usable wherever a payment method is named. */
  readonly token: string
  readonly number?: string
  readonly brand: 'amex' | 'mastercard' | 'visa'
  /** When the customer must authenticate. */
  readonly authentication?: 'always' | 'until_set_up'
  /** What comes of a charge; it succeeds when nothing is said. */
  readonly decline?: Decline
  /** A card that no customer can keep: attaching and set-up are refused like a charge. */
  readonly refusesAttachment?: true
  readonly afterCharge?: 'dispute'
  readonly refunds?: 'fail' | 'stay_pending'
}

/** What Stripe knows of one payment method and does not show. */
export interface CardFacts {
  readonly token: string
  /** The customer authenticated it for later use. */
  isSetUp: boolean
  /** Used or detached without a customer: it can never be used again. */
  isSpent: boolean
  /** Set by a story: what the next charges come to, whatever the card is. */
  behaviour: CardBehaviour | null
}

export type CardBehaviour =
  | { readonly kind: 'succeeds' }
  | { readonly kind: 'declines'; readonly decline: Decline }
  | { readonly kind: 'asks_to_authenticate' }
  | { readonly kind: 'takes_days' }

const declining = (token: string, number: string, declineCode: string): TestCard => ({
  token,
  number,
  brand: 'visa',
  decline: { declineCode },
  refusesAttachment: true,
})

/** As Stripe's test mode answers it. */
const GENERIC_DECLINE: Decline = {
  declineCode: 'generic_decline',
  adviceCode: 'try_again_later',
  networkDeclineCode: '01',
}

const BLOCKED: Decline = {
  declineCode: 'fraudulent',
  outcomeType: 'blocked',
  reason: 'highest_risk_level',
}

const DOCUMENTED_CARDS: readonly TestCard[] = [
  { token: 'pm_card_visa', number: '4242424242424242', brand: 'visa' },
  { token: 'pm_card_mastercard', number: '5555555555554444', brand: 'mastercard' },
  { token: 'pm_card_amex', number: '378282246310005', brand: 'amex' },
  { token: 'pm_card_bypassPending', number: '4000000000000077', brand: 'visa' },
  {
    ...declining('pm_card_visa_chargeDeclined', '4000000000000002', 'generic_decline'),
    decline: GENERIC_DECLINE,
  },
  declining('pm_card_visa_chargeDeclinedInsufficientFunds', '4000000000009995', 'insufficient_funds'),
  declining('pm_card_visa_chargeDeclinedLostCard', '4000000000009987', 'lost_card'),
  declining('pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', 'stolen_card'),
  declining('pm_card_chargeDeclinedExpiredCard', '4000000000000069', 'expired_card'),
  declining('pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', 'incorrect_cvc'),
  declining('pm_card_chargeDeclinedProcessingError', '4000000000000119', 'processing_error'),
  declining('pm_card_visa_chargeDeclinedVelocityLimitExceeded', '4000000000006975', 'card_velocity_exceeded'),
  {
    token: 'pm_card_chargeCustomerFail',
    number: '4000000000000341',
    brand: 'visa',
    decline: GENERIC_DECLINE,
  },
  { token: 'pm_card_radarBlock', number: '4100000000000019', brand: 'visa', decline: BLOCKED },
  {
    token: 'pm_card_authenticationRequiredOnSetup',
    number: '4000002500003155',
    brand: 'visa',
    authentication: 'until_set_up',
  },
  {
    token: 'pm_card_authenticationRequired',
    number: '4000002760003184',
    brand: 'visa',
    authentication: 'always',
  },
  {
    token: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    number: '4000008260003178',
    brand: 'visa',
    authentication: 'until_set_up',
    decline: { declineCode: 'insufficient_funds' },
  },
  {
    token: 'pm_card_createDispute',
    number: '4000000000000259',
    brand: 'visa',
    afterCharge: 'dispute',
  },
  { token: 'pm_card_pendingRefund', number: '4000000000007726', brand: 'visa', refunds: 'stay_pending' },
  { token: 'pm_card_refundFail', number: '4000000000005126', brand: 'visa', refunds: 'fail' },
]

/**
 * Stripe has no test card for most decline codes. Here `pm_card_declined_<decline code>` attaches like any card and is
 * declined with that code, and no advice, at every charge.
 */
const DECLINED_CARDS: readonly TestCard[] = DECLINE_CODES.map((declineCode) => ({
  token: `pm_card_declined_${declineCode}`,
  brand: 'visa',
  decline: { declineCode },
}))

export const TEST_CARDS: readonly TestCard[] = [...DOCUMENTED_CARDS, ...DECLINED_CARDS]

const BY_TOKEN = new Map(TEST_CARDS.map((card) => [card.token, card]))
const BY_NUMBER = new Map(TEST_CARDS.flatMap((card) => (card.number ? [[card.number, card]] : [])))

export function testCardByToken(token: string): TestCard | undefined {
  return BY_TOKEN.get(token)
}

export function testCardByNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number)
}
