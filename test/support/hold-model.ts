import type { HoldState } from '../../billing/hold.ts'

/** One step on one account; a slot is a request id, so that steps meet the same holds again. */
export type AccountStep =
  | { readonly do: 'ask'; readonly slot: number; readonly seconds: number }
  | { readonly do: 'extend'; readonly slot: number; readonly extension: number; readonly seconds: number }
  | { readonly do: 'release'; readonly slot: number }
  | { readonly do: 'use'; readonly slot: number; readonly usage: number; readonly seconds: number }
  | { readonly do: 'credit'; readonly cents: number }

interface ModelHold {
  state: HoldState
  readonly wanted: number
  readonly first: number
  readonly startedAt: number
  seconds: number
  usedBy: number | null
  readonly extensions: Map<number, { readonly wanted: number; readonly answer: string }>
}

const GRACE_SECONDS = 180

/**
 * What holds on one account come to, told as simply as it can be: whole cents, whole seconds, one after the other. A second
 * costs a cent.
 */
export class HoldModel {
  balance = 0
  #now = 0
  readonly #holds = new Map<number, ModelHold>()
  /** By usage record: its seconds, and the hold that it names. */
  readonly #used = new Map<number, { readonly seconds: number; readonly slot: number }>()

  get held(): number {
    return this.#open.reduce((sum, { seconds }) => sum + seconds, 0)
  }

  get openCalls(): number {
    return this.#open.length
  }

  /** Takes a step, and says what is answered: seconds that were granted, or a word. */
  take(step: AccountStep): string {
    switch (step.do) {
      case 'ask':
        return this.#ask(step)
      case 'extend':
        return this.#extend(step)
      case 'release':
        return this.#release(step.slot)
      case 'use':
        return this.#use(step)
      case 'credit':
        this.balance += step.cents
        return 'done'
    }
  }

  /** Lets time go by. */
  pass(seconds: number): void {
    this.#now += seconds
  }

  /** The sweep comes by: says how many holds it ends. */
  expire(): number {
    const over = this.#open.filter((hold) => this.#isOver(hold))
    for (const hold of over) hold.state = 'expired'
    return over.length
  }

  get #open(): ModelHold[] {
    return [...this.#holds.values()].filter(({ state }) => state === 'open')
  }

  #ask({ slot, seconds }: { slot: number; seconds: number }): string {
    const earlier = this.#holds.get(slot)
    if (earlier && earlier.wanted !== seconds) return 'conflict'
    if (earlier) return earlier.state === 'refused' ? 'refused' : `granted ${earlier.first}`
    const granted = Math.min(seconds, this.balance - this.held)
    const state = granted > 0 ? 'open' : 'refused'
    this.#holds.set(slot, {
      state,
      wanted: seconds,
      first: granted,
      startedAt: this.#now,
      seconds: granted,
      usedBy: null,
      extensions: new Map(),
    })
    return state === 'open' ? `granted ${granted}` : 'refused'
  }

  #extend({ slot, extension, seconds }: { slot: number; extension: number; seconds: number }): string {
    const hold = this.#holds.get(slot)
    if (!hold || hold.state === 'refused') return 'unknown_hold'
    const earlier = hold.extensions.get(extension)
    if (earlier) return earlier.wanted === seconds ? earlier.answer : 'conflict'
    if (hold.state !== 'open') return `ended ${hold.state}`
    if (this.#isOver(hold)) return 'ended expired'
    const total = hold.seconds + Math.min(seconds, this.balance - this.held)
    const answer = total > hold.seconds ? `granted ${total}` : 'refused'
    hold.seconds = Math.max(total, hold.seconds)
    hold.extensions.set(extension, { wanted: seconds, answer })
    return answer
  }

  #release(slot: number): string {
    const hold = this.#holds.get(slot)
    if (!hold || hold.state === 'refused') return 'unknown_hold'
    if (hold.state === 'open') hold.state = 'released'
    return 'released'
  }

  #use({ slot, usage, seconds }: { slot: number; usage: number; seconds: number }): string {
    const stored = this.#used.get(usage)
    if (!stored) {
      this.#used.set(usage, { seconds, slot })
      this.balance -= seconds
      return this.#settle(slot, usage)
    }
    // The record that is stored may have come before the hold was asked for.
    if (stored.slot === slot) this.#settle(slot, usage)
    return stored.seconds === seconds ? 'duplicate' : 'conflict'
  }

  #settle(slot: number, usage: number): string {
    const hold = this.#holds.get(slot)
    if (!hold || hold.state === 'refused') return 'unknown_hold'
    if (hold.usedBy !== null) return hold.usedBy === usage ? 'settled' : 'settled_by_another'
    hold.usedBy = usage
    if (hold.state === 'open') hold.state = 'settled'
    return 'settled'
  }

  #isOver({ startedAt, seconds }: ModelHold): boolean {
    return startedAt + seconds + GRACE_SECONDS <= this.#now
  }
}
