import type { Db } from '../db/connect.ts'
import type { ServiceKey } from '../db/service-keys.ts'
import { isUnavailable } from '../db/unavailable.ts'
import { recogniseServiceKey } from './service-key.ts'

/** For so long a key counts without another look-up, so that one that is revoked ends everywhere within it. */
const TRUSTED_MS = 1_000
/** From this age on it is looked up again beside the requests, so that those of a busy client never wait for it. */
const FRESH_MS = 500
/** How long the look-up of a key may take that was recognised before. */
const LOOK_UP_MS = 1_000

interface KnownKey {
  readonly key: ServiceKey
  readonly lookedUpAt: Date
}

interface LookUp {
  readonly found: Promise<ServiceKey | null>
  readonly startedAt: Date
}

/**
 * Recognises service keys. One that was recognised before counts while the database is away or slow, so that emergency calls
 * are granted then, too; whatever else is asked for needs the database itself.
 */
export class KeyMemory {
  readonly #known = new Map<string, KnownKey>()
  readonly #lookUps = new Map<string, LookUp>()

  /** The service key that a client presents, if it is one in force, or was a second ago. */
  async recognise(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const known = this.#known.get(presented)
    if (!known) return await this.#lookUp(db, presented, now)
    const ageMs = now.getTime() - known.lookedUpAt.getTime()
    if (ageMs < 0 || ageMs >= TRUSTED_MS)
      return await this.#lookUpSoon(db, { presented, key: known.key }, now)
    // One that fails is made again by the first request that has to wait for it.
    if (ageMs >= FRESH_MS) this.#lookUp(db, presented, now).catch(() => undefined)
    return known.key
  }

  async #lookUpSoon(
    db: Db,
    { presented, key }: { presented: string; key: ServiceKey },
    now: Date,
  ): Promise<ServiceKey | null> {
    const late = Promise.withResolvers<ServiceKey>()
    const timer = setTimeout(() => late.resolve(key), LOOK_UP_MS)
    try {
      return await Promise.race([this.#lookUp(db, presented, now), late.promise])
    } catch (error) {
      if (!isUnavailable(error)) throw error
      return key
    } finally {
      clearTimeout(timer)
    }
  }

  /** Requests that come while a key is looked up share the look-up, unless it takes too long. */
  #lookUp(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const running = this.#lookUps.get(presented)
    const ageMs = running ? now.getTime() - running.startedAt.getTime() : Infinity
    if (running && ageMs >= 0 && ageMs < LOOK_UP_MS) return running.found
    const lookUp = { found: this.#read(db, presented, now), startedAt: now }
    this.#lookUps.set(presented, lookUp)
    const forget = () => {
      if (this.#lookUps.get(presented) === lookUp) this.#lookUps.delete(presented)
    }
    lookUp.found.then(forget, forget)
    return lookUp.found
  }

  async #read(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const key = await recogniseServiceKey(db, presented, now)
    if (key) this.#known.set(presented, { key, lookedUpAt: now })
    else this.#known.delete(presented)
    return key
  }
}
