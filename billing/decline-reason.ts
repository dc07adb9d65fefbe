/** What a customer is told of a decline. Codes that hint at theft or fraud have no word of their own. */
export const DECLINE_REASONS = [
  'insufficient_funds',
  'card_limit',
  'card_expired',
  'authentication_required',
  'card_details',
  'card_not_supported',
  'temporary',
  'consent_revoked',
  'card_declined',
] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** Why auto-recharge rests until the customer acts; `declined` is one decline too many in a row, `limit_reached` a limit
 *  against misuse. */
export const PAUSE_REASONS = [...DECLINE_REASONS, 'declined', 'no_card', 'dispute', 'limit_reached'] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

export interface ReasonWords {
  readonly title: string
  readonly whatToDo: string
}

/** The one place of the words that mails and pages say of a reason: a sentence each, plain text. */
export function describeReason(reason: PauseReason): ReasonWords {
  return WORDS[reason]
}

const WORDS: Readonly<Record<PauseReason, ReasonWords>> = {
  insufficient_funds: {
    title: 'There was not enough money on the card.',
    whatToDo: 'Put money on the card, or use another one.',
  },
  card_limit: {
    title: 'The charge is over a limit that your bank sets for the card.',
    whatToDo: 'Ask your bank about the limit, or use another card.',
  },
  card_expired: {
    title: 'The card has expired.',
    whatToDo: 'Register the new card, or use another one.',
  },
  authentication_required: {
    title: 'Your bank wants you to confirm the payment yourself.',
    whatToDo: 'Open the billing page and confirm the payment with your bank.',
  },
  card_details: {
    title: 'Your bank did not accept the details of the card.',
    whatToDo: 'Register the card again and check its number, expiry date, security code and postal code.',
  },
  card_not_supported: {
    title: 'The card cannot be used for this kind of payment.',
    whatToDo: 'Use another card.',
  },
  temporary: {
    title: 'Your bank could not take the payment at that moment.',
    whatToDo: 'If it happens again, ask your bank or use another card.',
  },
  consent_revoked: {
    title: 'Your bank says that you withdrew your consent to automatic charges.',
    whatToDo: 'Turn auto-recharge on again if you want it, and register a card that may be charged.',
  },
  card_declined: {
    title: 'Your bank declined the card.',
    whatToDo: 'Ask your bank, or use another card.',
  },
  declined: {
    title: 'The card was declined several times in a row.',
    whatToDo: 'Ask your bank or use another card, then turn auto-recharge on again.',
  },
  no_card: {
    title: 'There is no card to charge.',
    whatToDo: 'Register a card.',
  },
  dispute: {
    title: 'A payment was disputed with the bank.',
    whatToDo: 'Contact us to settle the dispute.',
  },
  limit_reached: {
    title: 'Calls or texts reached a limit against misuse.',
    whatToDo: 'Look at your latest calls, then turn auto-recharge on again.',
  },
}
