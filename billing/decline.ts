import {
  ADVICE_CODES,
  NETWORK_ADVICE_CODES,
  type NetworkAdvice,
  OUTCOME_TYPES,
  SILENT_NETWORK_ADVICE,
} from './decline-advice.ts'
import { DECLINE_CODES, type DeclineClass, type DeclineMeaning } from './decline-codes.ts'
import type { DeclineReason } from './decline-reason.ts'

export type { DeclineClass } from './decline-codes.ts'

/** The raw facts of a declined attempt, in Stripe's words. */
export interface Decline {
  /** The error's `code`, which stands in where it came without a decline code. */
  readonly code: string | null
  readonly declineCode: string | null
  readonly adviceCode: string | null
  readonly networkAdviceCode: string | null
  readonly outcomeType: string | null
  readonly brand: string | null
}

/** What follows from a decline. Only `reason` may be shown: the rest can tell a stolen card from a generic decline. */
export interface DeclineVerdict {
  readonly class: DeclineClass
  readonly reason: DeclineReason
  /** How long the card's network wants to be left alone; null where it does not say, or no retry follows. */
  readonly waitMs: number | null
  /** No automatic charge of the card with this fingerprint again, ever. */
  readonly stopsCard: boolean
  /** The backup card may be tried in the same top-up. */
  readonly otherCardMayCure: boolean
  /** False where a code is new to us: counted, and told to the operators. */
  readonly isKnown: boolean
}

/**
 * Classifies a decline by precedence: `advice_code`, `network_advice_code`, `outcome.type`, decline code; the first that
 * says something decides. But no fact loosens a stricter one: what stops the card, needs the customer, revokes the
 * consent or speaks of a duplicate holds whatever ranks above it. What nobody knows means stop and ask.
 */
export function classifyDecline(decline: Decline): DeclineVerdict {
  const facts = readFacts(decline)
  const said = [facts.advice, facts.network, facts.outcome, facts.code].filter((fact) => fact !== null)
  const decider = decisiveFact(said)
  const waits = decider.class === 'retry_later' || decider.class === 'duplicate'
  const isKnown = !said.includes(UNKNOWN)
  return {
    class: decider.class,
    reason: tellingReason(decider, facts.code),
    waitMs: waits ? (facts.network?.waitMs ?? null) : null,
    stopsCard: said.some((fact) => fact.class === 'stop'),
    otherCardMayCure: isKnown && decider.class !== 'revoked' && decider.class !== 'duplicate',
    isKnown,
  }
}

const UNKNOWN: NetworkAdvice = { class: 'ask', reason: 'card_declined', waitMs: null }

interface Facts {
  readonly advice: DeclineMeaning | null
  readonly network: NetworkAdvice | null
  readonly outcome: DeclineMeaning | null
  readonly code: DeclineMeaning
}

/** Null for a fact that says nothing. */
function readFacts({ adviceCode, networkAdviceCode, brand, outcomeType, declineCode, code }: Decline): Facts {
  return {
    advice: adviceCode === null ? null : (ADVICE_CODES.get(adviceCode) ?? UNKNOWN),
    network: networkAdviceCode === null ? null : readNetworkAdvice(networkAdviceCode, brand),
    outcome: outcomeType === null ? null : (OUTCOME_TYPES.get(outcomeType) ?? null),
    code: DECLINE_CODES.get(declineCode ?? code ?? '') ?? UNKNOWN,
  }
}

/** The numbers are Mastercard's. Others share some of the numbers, and one that Mastercard lacks says nothing of them. */
function readNetworkAdvice(networkAdviceCode: string, brand: string | null): NetworkAdvice | null {
  if (SILENT_NETWORK_ADVICE.has(networkAdviceCode)) return null
  const isMastercard = brand === null || brand.toLowerCase() === 'mastercard'
  return NETWORK_ADVICE_CODES.get(networkAdviceCode) ?? (isMastercard ? UNKNOWN : null)
}

/** Strictest first; below them the precedence decides. */
const UNSHAKEABLE: readonly DeclineClass[] = ['revoked', 'duplicate', 'stop', 'authenticate']

function decisiveFact(said: readonly DeclineMeaning[]): DeclineMeaning {
  for (const strict of UNSHAKEABLE) {
    const fact = said.find((one) => one.class === strict)
    if (fact) return fact
  }
  return said[0] ?? UNKNOWN
}

/** The more telling reason of the facts that agree. A hidden code stops the card, so nothing telling agrees with it. */
function tellingReason(decider: DeclineMeaning, code: DeclineMeaning): DeclineReason {
  return code.class === decider.class && code.reason !== 'card_declined' ? code.reason : decider.reason
}
