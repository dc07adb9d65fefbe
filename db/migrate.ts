import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { connect, type Db } from './connect.ts'
import { migrations } from './migrations/index.ts'
import { grantWorkerRole } from './roles.ts'
import { readSchemaState } from './schema-state.ts'

/** The database has migrations that this build does not know. */
export class SchemaTooNewError extends Error {
  override name = 'SchemaTooNewError'
}

export interface MigrationReport {
  readonly applied: readonly string[]
  /** The role that workers should be granted, or null where this login may not create roles. */
  readonly workerRole: string | null
}

/**
 * Brings the schema up to this build, forward only, under a lock: several may start at once. Run twice it does
 * nothing; a migration that fails leaves the schema as it was before it. Throws SchemaTooNewError on a newer schema.
 */
export async function migrate(url: string): Promise<MigrationReport> {
  const faults: Error[] = []
  const db = connect({ url, poolMax: 2, onError: (error) => faults.push(error) })
  try {
    const { unknown } = await readSchemaState(db)
    if (unknown.length > 0) {
      throw new SchemaTooNewError(
        `the schema is newer than this build: it has ${unknown.join(', ')}; deploy a newer build`,
      )
    }
    return { applied: await applyMissing(db), workerRole: await grantWorkerRole(db) }
  } finally {
    await db.destroy()
  }
}

/** The lock lasts as long as the transaction: the library's own belongs to a session, which a pooler shares out. */
async function applyMissing(db: Db): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('migrate'))`.execute(tx)
    const { error, results } = await createMigrator(tx).migrateToLatest()
    if (error) throw error
    return (results ?? []).map((result) => result.migrationName)
  })
}

function createMigrator(db: Db): Migrator {
  return new Migrator({
    db: db as Kysely<unknown>,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  })
}
