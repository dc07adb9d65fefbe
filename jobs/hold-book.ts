import type { HoldAsk, HoldExtension, HoldKey } from '../billing/hold.ts'
import type { HoldFacts } from '../billing/hold-decision.ts'
import { holdIdOf } from '../billing/hold-id.ts'
import { addMicros, type Micros, micros, ZERO_MICROS } from '../billing/money.ts'
import { spentNow } from '../billing/spending.ts'
import type { HoldAccount } from '../db/hold-accounts.ts'
import type { AnsweredExtension, Hold } from '../db/hold-rows.ts'
import type { AccountPrefix, PrefixUsage } from '../db/prefix-usage.ts'
import type { DecidedHolds } from '../db/write-holds.ts'

/** What was read of locked accounts before decisions about their holds. */
export interface HoldBookFacts {
  readonly accounts: readonly HoldAccount[]
  readonly holds: readonly Hold[]
  readonly extensions: readonly AnsweredExtension[]
  readonly prefixUsage: readonly PrefixUsage[]
  /** What is set aside for renewals; accounts that set nothing aside are left out. */
  readonly reserves: ReadonlyMap<string, Micros>
  readonly now: Date
}

const DAY_MS = 86_400_000

/** Accounts and their holds while a group of decisions is made about them: each decision sees those before it. */
export class HoldBook {
  readonly now: Date
  readonly #accounts: Map<string, BookAccount>
  readonly #stored: Map<string, Hold>
  readonly #put = new Map<string, Hold>()
  readonly #extensions: Map<string, AnsweredExtension>
  readonly #answered: AnsweredExtension[] = []
  readonly #prefixes: Map<string, PrefixUsage>

  constructor({ accounts, holds, extensions, prefixUsage, reserves, now }: HoldBookFacts) {
    this.now = now
    this.#accounts = new Map(
      accounts.map((account) => [account.id, new BookAccount(account, reserves.get(account.id))]),
    )
    this.#stored = new Map(holds.map((hold) => [holdIdOf(hold.ask), hold]))
    this.#extensions = new Map(extensions.map((one) => [extensionKey(one.extension), one]))
    this.#prefixes = new Map(prefixUsage.map((usage) => [prefixKey(usage), usage]))
  }

  hold(key: HoldKey): Hold | undefined {
    const id = holdIdOf(key)
    return this.#put.get(id) ?? this.#stored.get(id)
  }

  extension(extension: HoldExtension): AnsweredExtension | undefined {
    return this.#extensions.get(extensionKey(extension))
  }

  /** What a decision depends on; `cappedPrefix` is that of the ask. */
  factsFor({ account: id }: HoldAsk, cappedPrefix: string | null): HoldFacts {
    const account = this.#accountOf(id)
    const { status, policy, createdAt } = account.stored
    const prefix =
      cappedPrefix === null ? undefined : this.#prefixes.get(prefixKey({ account: id, prefix: cappedPrefix }))
    return {
      status,
      policy,
      available: account.available,
      accountAgeDays: (this.now.getTime() - createdAt.getTime()) / DAY_MS,
      usage: {
        openCalls: account.openCalls,
        held: account.held,
        ...spentNow(account.stored.spending, this.now),
        prefixSpent: prefix?.spent ?? ZERO_MICROS,
        prefixOpenCalls: prefix?.openCalls ?? 0,
      },
    }
  }

  policyOf(account: string) {
    return this.#accountOf(account).stored.policy
  }

  /** Takes a hold as it is from now on, new or as it was changed. */
  put(hold: Hold): void {
    const { account } = hold.ask
    const before = this.hold(hold.ask)
    const change = openAmount(hold) - openAmount(before)
    const calls = openCalls(hold) - openCalls(before)
    this.#accountOf(account).move(change, calls)
    if (hold.cappedPrefix !== null) {
      const prefix = { account, prefix: hold.cappedPrefix }
      const usage = this.#prefixes.get(prefixKey(prefix)) ?? { ...prefix, spent: ZERO_MICROS, openCalls: 0 }
      const moved = { ...usage, spent: micros(usage.spent + change), openCalls: usage.openCalls + calls }
      this.#prefixes.set(prefixKey(prefix), moved)
    }
    this.#put.set(holdIdOf(hold.ask), hold)
  }

  answer(answered: AnsweredExtension): void {
    this.#extensions.set(extensionKey(answered.extension), answered)
    this.#answered.push(answered)
  }

  /** What is to be written. */
  decided(): DecidedHolds {
    const { added = [], changed = [] } = Object.groupBy(this.#put.values(), ({ ask }) =>
      this.#stored.has(holdIdOf(ask)) ? 'changed' : 'added',
    )
    const accounts = [...this.#accounts.values()].filter(({ isMoved }) => isMoved)
    return {
      added,
      changed,
      extensions: this.#answered,
      accounts: accounts.map(({ stored: { id }, held, openCalls }) => ({ id, held, openCalls })),
    }
  }

  /** Accounts whose available credit came to zero or below, or left it. */
  crossed(): string[] {
    return [...this.#accounts.values()].filter(({ hasCrossed }) => hasCrossed).map(({ stored }) => stored.id)
  }

  #accountOf(id: string): BookAccount {
    const account = this.#accounts.get(id)
    if (!account) throw new Error(`account ${id} is not locked`)
    return account
  }
}

class BookAccount {
  readonly stored: HoldAccount
  readonly #reserve: Micros
  held: Micros
  openCalls: number
  isMoved = false

  constructor(stored: HoldAccount, reserve: Micros = ZERO_MICROS) {
    this.stored = stored
    this.#reserve = reserve
    this.held = stored.held
    this.openCalls = stored.openCalls
  }

  get available(): Micros {
    return this.#availableWith(this.held)
  }

  get hasCrossed(): boolean {
    return this.available > 0n !== this.#availableWith(this.stored.held) > 0n
  }

  move(amount: bigint, calls: number): void {
    this.held = addMicros(this.held, micros(amount))
    this.openCalls += calls
    this.isMoved ||= amount !== 0n || calls !== 0
  }

  #availableWith(held: Micros): Micros {
    return micros(this.stored.balance - held - this.#reserve)
  }
}

function openAmount(hold: Hold | undefined): bigint {
  return hold?.state === 'open' ? hold.granted.amount : 0n
}

function openCalls(hold: Hold | undefined): number {
  return hold?.state === 'open' && hold.ask.item === 'phone_call' ? 1 : 0
}

function extensionKey({ hold, requestId }: HoldExtension): string {
  return `${holdIdOf(hold)} ${requestId}`
}

function prefixKey({ account, prefix }: AccountPrefix): string {
  return `${account} ${prefix}`
}
