import { sql } from 'kysely'
import { connect, type Db } from './connect.ts'
import { grantQueueSchema } from './roles.ts'

/** Makes a database on a server of our own when it is missing. `serverUrl` is a superuser's. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  await withConnection(serverUrl, async (db) => {
    const { rows } = await sql`select from pg_database where datname = ${name}`.execute(db)
    if (rows.length === 0) await sql`create database ${sql.id(name)}`.execute(db)
  })
}

/**
 * Makes the login of the workers when it is missing, sets its password, and lets it use the queues in `queueSchema`
 * where the PostgreSQL back end keeps them in this database. Run twice it changes nothing.
 */
export async function ensureWorkerLogin(
  ownerUrl: string,
  worker: { login: string; password: string; role: string; queueSchema: string | null },
): Promise<void> {
  await withConnection(ownerUrl, async (db) => {
    const login = sql.id(worker.login)
    const { rows } = await sql`select from pg_roles where rolname = ${worker.login}`.execute(db)
    if (rows.length === 0) await sql`create role ${login} in role ${sql.id(worker.role)}`.execute(db)
    await sql`alter role ${login} login password ${sql.lit(worker.password)}`.execute(db)
    if (worker.queueSchema !== null)
      await grantQueueSchema(db, { schema: worker.queueSchema, role: worker.login })
  })
}

async function withConnection(url: string, work: (db: Db) => Promise<void>): Promise<void> {
  // A connection that breaks fails the query on it, which is all there is to tell.
  const db = connect({ url, poolMax: 1, onError: () => undefined })
  try {
    await work(db)
  } finally {
    await db.destroy()
  }
}
