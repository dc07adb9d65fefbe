import type { Db } from './connect.ts'

export interface ServiceKey {
  readonly id: string
  /** Whose key it is, for people and logs. */
  readonly name: string
  readonly scopes: readonly string[]
}

/** Stores a key by the hash of its secret; false when a key that is in force has its name. */
export async function storeServiceKey(
  db: Db,
  key: ServiceKey & { secretSha256: Buffer },
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('service_keys')
    .values({
      id: key.id,
      name: key.name,
      secret_sha256: key.secretSha256,
      scopes: [...key.scopes],
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('name').where('revoked_at', 'is', null).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** How exactly the last use of a key is known. */
const USED_EVERY_MS = 60_000

/** The key with this hash, unless it was revoked. That it was used now is noted, to the minute. */
export async function findServiceKey(db: Db, secretSha256: Buffer, now: Date): Promise<ServiceKey | null> {
  const row = await db
    .selectFrom('service_keys')
    .select(['id', 'name', 'scopes', 'last_used_at'])
    .where('secret_sha256', '=', secretSha256)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const { last_used_at: usedAt, ...key } = row
  const noted = new Date(now.getTime() - USED_EVERY_MS)
  if (usedAt === null || usedAt <= noted) await noteUse(db, row.id, { now, noted })
  return key
}

/** One of several requests at the same moment writes. */
async function noteUse(db: Db, id: string, { now, noted }: { now: Date; noted: Date }): Promise<void> {
  await db
    .updateTable('service_keys')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', noted)]))
    .execute()
}

export interface ListedKey extends ServiceKey {
  readonly createdAt: Date
  /** To the minute; null for a key that was never used. */
  readonly usedAt: Date | null
  readonly revokedAt: Date | null
}

/** Every key there ever was, the oldest first. */
export async function listServiceKeys(db: Db): Promise<ListedKey[]> {
  const rows = await db
    .selectFrom('service_keys')
    .select(['id', 'name', 'scopes', 'created_at', 'last_used_at', 'revoked_at'])
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(({ created_at, last_used_at, revoked_at, ...key }) => ({
    ...key,
    createdAt: created_at,
    usedAt: last_used_at,
    revokedAt: revoked_at,
  }))
}

/** Ends a key for good; false when no key in force has the name. Who has just recognised it may trust it for a second more. */
export async function revokeServiceKey(db: Db, name: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('service_keys')
    .set({ revoked_at: now })
    .where('name', '=', name)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
