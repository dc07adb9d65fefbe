import { createHash, randomBytes } from 'node:crypto'
import type { Clock, NewId } from '../config/clock.ts'
import type { Db } from '../db/connect.ts'
import { findServiceKey, type ServiceKey, storeServiceKey } from '../db/service-keys.ts'

/** `usage` posts usage, `holds` the hold calls, `read` every GET, `manage` the rest. */
export const SCOPES = ['usage', 'holds', 'read', 'manage'] as const
export type Scope = (typeof SCOPES)[number]

const SECRET_BYTES = 32
const KEY = /^rl_[A-Za-z0-9_-]{43}$/

/**
 * Makes a service key and stores its hash. Answers with the key, which cannot be had again; null when a key that is in
 * force has the name.
 */
export async function issueServiceKey(
  db: Db,
  wanted: { name: string; scopes: readonly Scope[] },
  { clock, newId }: { clock: Clock; newId: NewId },
): Promise<string | null> {
  const key = `rl_${randomBytes(SECRET_BYTES).toString('base64url')}`
  const stored = await storeServiceKey(db, { id: newId(), ...wanted, secretSha256: sha256(key) }, clock.now())
  return stored ? key : null
}

/** The service key that a client presents, if it is one in force. */
export async function recogniseServiceKey(db: Db, presented: string, now: Date): Promise<ServiceKey | null> {
  return KEY.test(presented) ? await findServiceKey(db, sha256(presented), now) : null
}

/** No salt and no stretching: the secret is 256 random bits, and the look-up by hash takes the same time for any guess. */
function sha256(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
