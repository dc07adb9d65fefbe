import type { EmergencyNumbers } from '../billing/emergency-numbers.ts'
import { buildRateCard, type RateCard } from '../billing/rate-card.ts'
import type { RateCards } from '../billing/rating.ts'
import { DEFAULT_EMERGENCY_NUMBERS } from '../config/emergency-numbers.ts'
import type { Db } from '../db/connect.ts'
import { type CardVersion, listNewestVersions, loadRates, newestVersionId } from '../db/rate-cards.ts'

/**
 * For how long a worker may price by what it last saw. An import waits as long before it says that it is in force.
 */
export const RATE_BOOK_AGE_MAX_MS = 1_000

/** The newest version of every rate card, in memory. */
export interface RateBook {
  /** What it prices as emergency numbers. */
  readonly emergencyNumbers: EmergencyNumbers
  /** The cards for each of these accounts, no older than RATE_BOOK_AGE_MAX_MS. */
  cardsFor(accounts: Iterable<string>): Promise<(account: string) => RateCards>
}

export function createRateBook(db: Db, emergencyNumbers = DEFAULT_EMERGENCY_NUMBERS): RateBook {
  return new CachedRateBook(db, emergencyNumbers)
}

class CachedRateBook implements RateBook {
  readonly emergencyNumbers: EmergencyNumbers
  readonly #db: Db
  #checkedAtMs = -Infinity
  #checking: Promise<void> | null = null
  #newestVersionId = 0
  #standard: CardVersion | null = null
  #own = new Map<string, CardVersion>()
  /** Versions never change, so a loaded card stays right for as long as it is the newest. */
  #cards = new Map<number, Promise<RateCard>>()

  constructor(db: Db, emergencyNumbers: EmergencyNumbers) {
    this.#db = db
    this.emergencyNumbers = emergencyNumbers
  }

  async cardsFor(accounts: Iterable<string>): Promise<(account: string) => RateCards> {
    if (performance.now() - this.#checkedAtMs > RATE_BOOK_AGE_MAX_MS) await this.#checkOnce()
    const standard = this.#standard ? await this.#cardOf(this.#standard) : null
    const own = new Map<string, RateCard>()
    for (const account of accounts) {
      const version = this.#own.get(account)
      if (version) own.set(account, await this.#cardOf(version))
    }
    const { emergencyNumbers } = this
    return (account) => ({ own: own.get(account) ?? null, standard, emergencyNumbers })
  }

  #checkOnce(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null
    })
    return this.#checking
  }

  async #check(): Promise<void> {
    const startedAtMs = performance.now()
    const newest = await newestVersionId(this.#db)
    if (newest !== this.#newestVersionId) {
      const versions = await listNewestVersions(this.#db)
      this.#standard = versions.find((version) => version.account === null) ?? null
      this.#own = new Map(
        versions.flatMap((version) => (version.account ? [[version.account, version]] : [])),
      )
      const newestIds = new Set(versions.map((version) => version.id))
      for (const id of this.#cards.keys()) if (!newestIds.has(id)) this.#cards.delete(id)
      this.#newestVersionId = newest
    }
    this.#checkedAtMs = startedAtMs
  }

  #cardOf(version: CardVersion): Promise<RateCard> {
    const known = this.#cards.get(version.id)
    if (known) return known
    const loading = loadRates(this.#db, version.id).then((rates) => buildRateCard(version.id, rates))
    this.#cards.set(version.id, loading)
    loading.catch(() => this.#cards.delete(version.id))
    return loading
  }
}
