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

/** The key with this hash, unless it was revoked. */
export async function findServiceKey(db: Db, secretSha256: Buffer): Promise<ServiceKey | null> {
  const row = await db
    .selectFrom('service_keys')
    .select(['id', 'name', 'scopes'])
    .where('secret_sha256', '=', secretSha256)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Ends a key at once and for good; false when no key in force has the name. */
export async function revokeServiceKey(db: Db, name: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('service_keys')
    .set({ revoked_at: now })
    .where('name', '=', name)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
