import { isEmergencyNumber } from '../billing/emergency-numbers.ts'
import type { HoldAsk, HoldExtension, HoldKey } from '../billing/hold.ts'
import { isEmergencyHold } from '../billing/hold-id.ts'
import { decideHolds, type HoldDeps } from './decide-holds.ts'
import { HoldLane } from './hold-lane.ts'
import { emergencyExtension, emergencyHold, type HoldOutcome, type HoldRequest } from './hold-request.ts'

export interface HoldDeskDeps extends HoldDeps {
  /** Hears, once it is committed, of accounts whose available credit came to zero or below, or left it. */
  readonly onCrossed: (accounts: readonly string[]) => void
}

/**
 * Answers the telephony stack: may a call begin, for how long, may it go on. Requests that come together are decided
 * together. Those about an account whose holds somebody else has locked go to a lane of their own, where they wait for
 * the lock, so that one busy account never delays the others. Emergency calls are granted without looking at anything.
 */
export class HoldDesk {
  readonly #deps: HoldDeskDeps
  readonly #fast: HoldLane<HoldRequest, HoldOutcome | null>
  readonly #patient: HoldLane<HoldRequest, HoldOutcome | null>

  constructor(deps: HoldDeskDeps) {
    this.#deps = deps
    this.#fast = new HoldLane((group) => this.#decideGroup(group, { skipLocked: true }))
    this.#patient = new HoldLane((group) => this.#decideGroup(group, { skipLocked: false }))
  }

  /** Asks before a call, text, attempt or purchase. The same ask again has the same answer. */
  async ask(ask: HoldAsk): Promise<HoldOutcome> {
    const { clock, rateBook } = this.#deps
    if (isEmergencyNumber(ask.to, rateBook.emergencyNumbers)) return emergencyHold(ask, clock.now())
    return (await this.#decide({ do: 'ask', ask })) ?? { kind: 'unknown_account' }
  }

  /** Asks for more seconds of a running call. The same extension again has the same answer. */
  async extend(extension: HoldExtension): Promise<HoldOutcome> {
    if (isEmergencyHold(extension.hold)) return emergencyExtension(extension.hold, this.#deps.clock.now())
    return (await this.#decide({ do: 'extend', extension })) ?? { kind: 'unknown_hold' }
  }

  /** Frees what is held; a hold that has ended stays as it is. */
  async release(hold: HoldKey): Promise<HoldOutcome> {
    if (isEmergencyHold(hold)) return { kind: 'released' }
    return (await this.#decide({ do: 'release', hold })) ?? { kind: 'unknown_hold' }
  }

  /** Null where there is no such account. */
  async #decide(request: HoldRequest): Promise<HoldOutcome | null> {
    return (await this.#fast.add(request)) ?? (await this.#patient.add(request))
  }

  async #decideGroup(
    group: readonly HoldRequest[],
    options: { skipLocked: boolean },
  ): Promise<readonly (HoldOutcome | null)[]> {
    const { outcomes, crossed } = await decideHolds(this.#deps, group, options)
    if (crossed.length > 0) this.#deps.onCrossed(crossed)
    return outcomes
  }
}
