import type { Db } from '../db/connect.ts'
import type { ServiceKey } from '../db/service-keys.ts'
import { isUnavailable } from '../db/unavailable.ts'
import { recogniseServiceKey } from './service-key.ts'

/** How long the look-up of a key may take that was recognised before. */
const LOOK_UP_MS = 1_000

/**
 * Recognises service keys. One that was recognised before counts while the database is away or slow, so that emergency calls
 * are granted then, too; whatever else is asked for needs the database itself.
 */
export class KeyMemory {
  readonly #known = new Map<string, ServiceKey>()

  /** The service key that a client presents, if it is one in force. */
  async recognise(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const known = this.#known.get(presented)
    if (!known) return await this.#lookUp(db, presented, now)
    const late = Promise.withResolvers<ServiceKey>()
    const timer = setTimeout(() => late.resolve(known), LOOK_UP_MS)
    try {
      return await Promise.race([this.#lookUp(db, presented, now), late.promise])
    } catch (error) {
      if (!isUnavailable(error)) throw error
      return known
    } finally {
      clearTimeout(timer)
    }
  }

  async #lookUp(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
    const key = await recogniseServiceKey(db, presented, now)
    if (key) this.#known.set(presented, key)
    else this.#known.delete(presented)
    return key
  }
}
