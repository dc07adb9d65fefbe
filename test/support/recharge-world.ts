import { classifyDecline, type Decline, type DeclineVerdict } from '../../billing/decline.ts'
import { micros, ZERO_MICROS } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS, type PastTopup, type RechargeCaps } from '../../billing/recharge-caps.ts'
import { afterDecline, verdictOfTry } from '../../billing/recharge-retry.ts'
import { decideRecharge, type RechargeCard } from '../../billing/recharge-rule.ts'
import { declineOf } from './declines.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
const HOURS = 60 * 24
export const START_MS = Date.parse('2026-03-01T00:00:00Z')
const AMOUNT = micros(100_000_000n)

/** What the bank answers to one attempt: a decline, or null for the money. */
export type Answer = Partial<Decline> | null

export interface Attempt {
  readonly fingerprint: string
  readonly at: Date
  readonly verdict: DeclineVerdict | null
}

export interface Account {
  /** The fingerprints of the default card and the backup. */
  cards: readonly string[]
  /** When a card was registered last. */
  newestCardAt: Date
  enabled: boolean
  pausedReason: string | null
  nextTryAt: Date | null
  declinesInRow: number
  readonly declinedTries: { readonly at: Date; readonly newestCardAt: Date }[]
  readonly topups: PastTopup[]
}

/** Accounts whose balance is always low, banks that answer as told, and customers that do what they can. */
export class World {
  readonly accounts: readonly Account[]
  readonly attempts: Attempt[] = []
  private readonly stopped = new Set<string>()
  private readonly caps: RechargeCaps
  private readonly bank: (fingerprint: string, attempt: number) => Answer

  constructor({
    cards,
    bank,
    caps = DEFAULT_RECHARGE_CAPS,
  }: {
    cards: readonly (readonly string[])[]
    bank: (fingerprint: string, attempt: number) => Answer
    caps?: RechargeCaps
  }) {
    this.accounts = cards.map(newAccount)
    this.bank = bank
    this.caps = caps
  }

  /** Sixty days, hour by hour; `act` lets the customers do something before each hour's decision. */
  run(act: (account: Account, hour: number) => void = () => undefined): void {
    for (let hour = 0; hour < HOURS; hour++) {
      for (const account of this.accounts) {
        act(account, hour)
        this.decide(account, new Date(START_MS + hour * HOUR_MS))
      }
    }
  }

  private decide(account: Account, now: Date): void {
    const since = (days: number) => (at: Date) => at.getTime() > now.getTime() - days * DAY_MS
    const decision = decideRecharge({
      enabled: account.enabled,
      pausedReason: account.pausedReason,
      accountActive: true,
      balance: ZERO_MICROS,
      pending: ZERO_MICROS,
      threshold: AMOUNT,
      amount: AMOUNT,
      hasOpenTopup: false,
      nextTryAt: account.nextTryAt,
      recentTopups: account.topups.filter(({ createdAt }) => since(30)(createdAt)),
      caps: this.caps,
      declinedTries: account.declinedTries.filter(({ at }) => since(14)(at)),
      newestCardAt: account.newestCardAt,
      cards: account.cards.map((fingerprint, index) => this.card(fingerprint, index, since(30))),
      now,
    })
    if (decision.do === 'pause') account.pausedReason = decision.reason
    if (decision.do === 'charge') this.charge(account, decision.cardIds, now)
  }

  private card(fingerprint: string, index: number, isRecent: (at: Date) => boolean): RechargeCard {
    const declines = this.attempts.filter((attempt) => attempt.fingerprint === fingerprint && attempt.verdict)
    return {
      id: `${index} ${fingerprint}`,
      fingerprint,
      stoppedReason: this.stopped.has(fingerprint) ? 'stop' : null,
      isExpired: false,
      declinedAt: declines.map(({ at }) => at).filter(isRecent),
      isBusy: false,
    }
  }

  private charge(account: Account, cardIds: readonly string[], now: Date): void {
    const verdicts: DeclineVerdict[] = []
    for (const cardId of cardIds) {
      const verdict = this.attempt(cardId.slice(2), now)
      if (verdict === null) {
        account.topups.push({ createdAt: now, amount: AMOUNT })
        account.declinesInRow = 0
        account.nextTryAt = null
        return
      }
      verdicts.push(verdict)
      if (!verdict.otherCardMayCure) break
    }
    const [first, ...others] = verdicts
    if (first) followDecline(account, verdictOfTry([first, ...others]), now)
  }

  private attempt(fingerprint: string, at: Date): DeclineVerdict | null {
    const answer = this.bank(fingerprint, this.attempts.length)
    const verdict = answer === null ? null : classifyDecline(declineOf(answer))
    this.attempts.push({ fingerprint, at, verdict })
    if (verdict?.stopsCard) this.stopped.add(fingerprint)
    return verdict
  }
}

function newAccount(cards: readonly string[]): Account {
  return {
    cards,
    newestCardAt: justBefore(0),
    enabled: true,
    pausedReason: null,
    nextTryAt: null,
    declinesInRow: 0,
    declinedTries: [],
    topups: [],
  }
}

function followDecline(account: Account, verdict: DeclineVerdict, now: Date): void {
  account.declinedTries.push({ at: now, newestCardAt: account.newestCardAt })
  account.declinesInRow += 1
  const followUp = afterDecline({ verdict, declinesInRow: account.declinesInRow, now })
  if (followUp.do === 'try_again') account.nextTryAt = followUp.at
  if (followUp.do === 'pause') account.pausedReason = followUp.reason
  if (followUp.do === 'switch_off') account.enabled = false
}

/** The customer registers the same cards again and turns auto-recharge on: all that our side remembers of the account's
 *  failure is forgiven, and what it remembers of the cards is not. */
export function registerAgain(account: Account, hour: number): void {
  account.newestCardAt = justBefore(hour)
  turnOnAgain(account)
}

/** The customer acts, then the account is looked at. */
function justBefore(hour: number): Date {
  return new Date(START_MS + hour * HOUR_MS - 1)
}

function turnOnAgain(account: Account): void {
  account.enabled = true
  account.pausedReason = null
  account.nextTryAt = null
  account.declinesInRow = 0
}

export function swapCards(account: Account): void {
  account.cards = account.cards.toReversed()
  turnOnAgain(account)
}
