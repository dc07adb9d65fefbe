import type { Db } from '../db/connect.ts'
import type { ServiceKey } from '../db/service-keys.ts'
import { isUnavailable } from '../db/unavailable.ts'
import { recogniseServiceKey } from './service-key.ts'

/** For so long a key counts without another look-up, so that one that is revoked ends everywhere within it. */
const TRUSTED_MS = 1_000
/** How long the look-up of a key may take that was recognised before. */
const LOOK_UP_MS = 1_000

interface KnownKey {
  readonly key: ServiceKey
  readonly lookedUpAt: Date
}

/**
 * Recognises service keys. One that was recognised before counts while the database is away or slow, so that emergency calls
 * are granted then, too; whatever else is asked for needs the database itself.
 */
export class KeyMemory {
  readonly #known = new Map<string, KnownKey>()

  /** The service key that a client presents, if it is one in force, or was a second ago. */
  async recognise(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const known = this.#known.get(presented)
    if (!known) return await this.#lookUp(db, presented, now)
    const ageMs = now.getTime() - known.lookedUpAt.getTime()
    if (ageMs >= 0 && ageMs < TRUSTED_MS) return known.key
    return await this.#lookUpSoon(db, { presented, key: known.key }, now)
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

  async #lookUp(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const key = await recogniseServiceKey(db, presented, now)
    if (key) this.#known.set(presented, { key, lookedUpAt: now })
    else this.#known.delete(presented)
    return key
  }
}
