import { sql } from 'kysely'
import type { Db } from './connect.ts'
import { migrations } from './migrations/index.ts'

export interface SchemaState {
  /** Migrations of this build that the database lacks. */
  readonly missing: readonly string[]
  /** Migrations of the database that this build does not know. */
  readonly unknown: readonly string[]
}

/** How the schema of the database differs from the one of this build. */
export async function readSchemaState(db: Db): Promise<SchemaState> {
  const executed = await executedMigrations(db)
  return {
    missing: Object.keys(migrations).filter((name) => !executed.has(name)),
    unknown: [...executed].filter((name) => !(name in migrations)),
  }
}

async function executedMigrations(db: Db): Promise<Set<string>> {
  const table = await sql<{
    exists: boolean
  }>`select to_regclass('kysely_migration') is not null as exists`.execute(db)
  if (!table.rows[0]?.exists) return new Set()
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return new Set(rows.map((row) => row.name))
}
