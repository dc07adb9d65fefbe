import { addMicros, type Micros, sumMicros, ZERO_MICROS } from './money.ts'
import type { PastTopup, RechargeCaps } from './recharge-caps.ts'
import {
  decideRecharge,
  type RechargeCard,
  type RechargeDecision,
  type RechargeWait,
} from './recharge-rule.ts'

/** A change of an account's balance. */
export interface BalanceStep {
  readonly at: Date
  readonly change: Micros
}

/** A stretch of an account's past. */
export interface BalancePath {
  readonly from: Date
  readonly to: Date
  /** The balance at `from`; null where the account's first entry is the first step. */
  readonly opening: Micros | null
  /** In the order of time. */
  readonly steps: readonly BalanceStep[]
}

export interface RechargeTrial {
  readonly amount: Micros
  readonly threshold: Micros
  readonly caps: RechargeCaps
}

export interface RechargePreview {
  readonly recharges: readonly { readonly at: Date; readonly amount: Micros }[]
  readonly total: Micros
  /** When a cap kept a recharge back. */
  readonly heldBack: readonly { readonly at: Date; readonly why: RechargeWait['why'] }[]
  readonly lowestBalance: Micros
  readonly lowestAt: Date
  /** When the balance stayed at zero or below; an end that is no part of it. */
  readonly withoutCredit: readonly { readonly from: Date; readonly to: Date }[]
}

/**
 * What auto-recharge would have done on the way of a balance that has no recharges of its own, by the rule that decides
 * about real ones, if its card had always paid at once. Null settings recharge nothing: then it tells how the balance went.
 */
export function previewRecharges(path: BalancePath, trial: RechargeTrial | null): RechargePreview {
  const walk = new Walk(path, trial)
  for (const step of path.steps) walk.take(step)
  return walk.end(path.to)
}

/** One walk along a path. */
class Walk {
  readonly #trial: RechargeTrial | null
  readonly #topups: PastTopup[] = []
  readonly #heldBack: { at: Date; why: RechargeWait['why'] }[] = []
  readonly #withoutCredit: { from: Date; to: Date }[] = []
  #balance: Micros
  #lowest: { balance: Micros; at: Date } | null
  #emptySince: Date | null = null
  /** When a cap opens that keeps a recharge back. */
  #opensAt: Date | null = null

  constructor({ from, opening }: BalancePath, trial: RechargeTrial | null) {
    this.#trial = trial
    this.#balance = opening ?? ZERO_MICROS
    this.#lowest = opening === null ? null : { balance: opening, at: from }
    if (opening !== null) this.#decide(from)
  }

  take({ at, change }: BalanceStep): void {
    this.#passUntil(at)
    this.#balance = addMicros(this.#balance, change)
    if (!this.#lowest || this.#balance < this.#lowest.balance) this.#lowest = { balance: this.#balance, at }
    this.#decide(at)
  }

  end(to: Date): RechargePreview {
    this.#passUntil(to)
    if (this.#emptySince) this.#withoutCredit.push({ from: this.#emptySince, to })
    return {
      recharges: this.#topups.map(({ createdAt, amount }) => ({ at: createdAt, amount })),
      total: sumMicros(this.#topups.map(({ amount }) => amount)),
      heldBack: this.#heldBack,
      lowestBalance: this.#lowest?.balance ?? this.#balance,
      lowestAt: this.#lowest?.at ?? to,
      withoutCredit: this.#withoutCredit,
    }
  }

  /** What a cap kept back is decided again when it opens. */
  #passUntil(at: Date): void {
    while (this.#opensAt && this.#opensAt <= at) this.#decide(this.#opensAt)
  }

  #decide(now: Date): void {
    let decision = this.#ask(now)
    for (; decision?.do === 'charge'; decision = this.#ask(now)) {
      this.#topups.push({ createdAt: now, amount: decision.amount })
      this.#balance = addMicros(this.#balance, decision.amount)
    }
    const wait = decision?.do === 'wait' ? decision : null
    if (wait && !this.#opensAt) this.#heldBack.push({ at: now, why: wait.why })
    this.#opensAt = wait?.until ?? null
    this.#noteCredit(now)
  }

  #ask(now: Date): RechargeDecision | null {
    if (!this.#trial || this.#balance >= this.#trial.threshold) return null
    return decideRecharge({
      ...UNTROUBLED,
      ...this.#trial,
      balance: this.#balance,
      recentTopups: this.#topups,
      now,
    })
  }

  #noteCredit(now: Date): void {
    const isEmpty = this.#balance <= ZERO_MICROS
    if (!isEmpty && this.#emptySince) this.#withoutCredit.push({ from: this.#emptySince, to: now })
    if (!isEmpty) this.#emptySince = null
    else this.#emptySince ??= now
  }
}

const GOOD_CARD: RechargeCard = {
  id: 'card',
  fingerprint: 'card',
  stoppedReason: null,
  isExpired: false,
  declinedAt: [],
  isBusy: false,
}

const UNTROUBLED = {
  enabled: true,
  pausedReason: null,
  accountActive: true,
  pending: ZERO_MICROS,
  hasOpenTopup: false,
  nextTryAt: null,
  declinedTries: [],
  newestCardAt: null,
  cards: [GOOD_CARD],
} as const
