import type { PauseReason } from './decline-reason.ts'
import { addMicros, type Micros } from './money.ts'
import { type CapSpan, capOpensAt, type PastTopup, type RechargeCaps } from './recharge-caps.ts'
import { accountOpensAt, cardOpensAt } from './recharge-decline-limits.ts'

export interface RechargeCard {
  readonly id: string
  readonly fingerprint: string
  /** Set when the card with this fingerprint was stopped: registering it again does not free it. */
  readonly stoppedReason: string | null
  readonly isExpired: boolean
  /** The declines of automatic charges of this fingerprint in any account, in the last 30 days. */
  readonly declinedAt: readonly Date[]
  /** An automatic charge of this fingerprint, in whatever account, has no definite end yet. */
  readonly isBusy: boolean
}

export interface RechargeFacts {
  readonly enabled: boolean
  readonly pausedReason: string | null
  readonly accountActive: boolean
  readonly balance: Micros
  /** The sum of the open top-ups. */
  readonly pending: Micros
  readonly threshold: Micros
  readonly amount: Micros
  readonly hasOpenTopup: boolean
  /** When the schedule after a decline allows the next try. */
  readonly nextTryAt: Date | null
  /** The automatic top-ups of the last 30 days that are open or succeeded. */
  readonly recentTopups: readonly PastTopup[]
  readonly caps: RechargeCaps
  /** The automatic top-ups of the account that were declined in the last 14 days. */
  readonly declinedTries: readonly { readonly at: Date }[]
  /** When the newest of the cards was registered. */
  readonly newestCardAt: Date | null
  /** The default card, then the backup. */
  readonly cards: readonly RechargeCard[]
  readonly now: Date
}

export type RechargeDecision =
  | { readonly do: 'charge'; readonly amount: Micros; readonly cardIds: readonly string[] }
  | {
      readonly do: 'nothing'
      readonly why: 'disabled' | 'account_not_active' | 'paused' | 'above_threshold' | 'open_topup'
    }
  | RechargeWait
  | { readonly do: 'pause'; readonly reason: PauseReason }

export interface RechargeWait {
  readonly do: 'wait'
  /** The earliest moment at which this rule allows a try. */
  readonly until: Date
  readonly why: 'cap_day' | 'cap_week' | 'cap_month' | 'after_decline' | 'card_limit' | 'card_busy'
}

/**
 * Whether an account's card is to be charged automatically: when the balance, with what is on its way, is strictly below
 * the threshold, exactly the set amount, by the first card that may be tried, else the next. Of several rules that say
 * wait, the one that waits longest answers. The facts must be those of one moment, read under the account's lock.
 */
export function decideRecharge(facts: RechargeFacts): RechargeDecision {
  const why = reasonToRest(facts)
  if (why) return { do: 'nothing', why }
  const usable = usableCards(facts.cards)
  if (usable.length === 0) return { do: 'pause', reason: reasonWithoutCard(facts.cards) }
  const chargeable = chargeableCards(facts.cards, facts.now)
  const waits = [...capWaits(facts), ...declineWaits(facts)]
  if (chargeable.length === 0) waits.push(...cardWait(usable, facts.now))
  const longest = waits.toSorted(byEnd).at(-1)
  return longest ?? { do: 'charge', amount: facts.amount, cardIds: chargeable.map(({ id }) => id) }
}

/** The cards that may be tried at this moment, in their order: not stopped, expired, over their limit or being charged. */
export function chargeableCards(cards: readonly RechargeCard[], now: Date): readonly RechargeCard[] {
  return usableCards(cards).filter(
    ({ declinedAt, isBusy }) => !isBusy && cardOpensAt(declinedAt, now) === null,
  )
}

function reasonToRest(facts: RechargeFacts) {
  if (!facts.enabled) return 'disabled'
  if (!facts.accountActive) return 'account_not_active'
  if (facts.pausedReason !== null) return 'paused'
  if (addMicros(facts.balance, facts.pending) >= facts.threshold) return 'above_threshold'
  return facts.hasOpenTopup ? 'open_topup' : null
}

/** A card that is registered twice is one card. */
function usableCards(cards: readonly RechargeCard[]): readonly RechargeCard[] {
  return cards
    .filter(({ stoppedReason, isExpired }) => stoppedReason === null && !isExpired)
    .filter(
      ({ fingerprint }, index, usable) =>
        usable.findIndex((card) => card.fingerprint === fingerprint) === index,
    )
}

/** A stopped card is told like any declined one: what stopped it may be theft or fraud. */
function reasonWithoutCard([first]: readonly RechargeCard[]): PauseReason {
  if (!first) return 'no_card'
  return first.stoppedReason === null ? 'card_expired' : 'card_declined'
}

const CAP_REASONS: readonly (readonly [CapSpan, RechargeWait['why']])[] = [
  ['day', 'cap_day'],
  ['week', 'cap_week'],
  ['month', 'cap_month'],
]

function capWaits({ caps, amount, recentTopups, now }: RechargeFacts): readonly RechargeWait[] {
  return CAP_REASONS.flatMap(([span, why]) =>
    waitUntil(capOpensAt(span, { caps, amount, topups: recentTopups, now }), why),
  )
}

function declineWaits(facts: RechargeFacts): readonly RechargeWait[] {
  const { declinedTries, nextTryAt, now } = facts
  const opensAt = accountOpensAt(
    declinedTries.map(({ at }) => at),
    facts,
  )
  const scheduledAt = nextTryAt !== null && nextTryAt > now ? nextTryAt : null
  return [...waitUntil(opensAt, 'after_decline'), ...waitUntil(scheduledAt, 'after_decline')]
}

/** How soon a card is looked at again that another account charges at the moment. */
const BUSY_MS = 60_000

/** All usable cards are over their limit or being charged: the first to open ends the wait. */
function cardWait(cards: readonly RechargeCard[], now: Date): readonly RechargeWait[] {
  const soon = new Date(now.getTime() + BUSY_MS)
  const waits = cards.flatMap(({ declinedAt, isBusy }) => {
    const limited = waitUntil(cardOpensAt(declinedAt, now), 'card_limit')
    return limited.length === 0 && isBusy ? waitUntil(soon, 'card_busy') : limited
  })
  return waits.toSorted(byEnd).slice(0, 1)
}

function waitUntil(until: Date | null, why: RechargeWait['why']): readonly RechargeWait[] {
  return until === null ? [] : [{ do: 'wait', until, why }]
}

function byEnd(a: RechargeWait, b: RechargeWait): number {
  return a.until.getTime() - b.until.getTime()
}
