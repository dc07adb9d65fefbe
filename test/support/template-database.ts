import { randomBytes } from 'node:crypto'
import { migrate } from '../../db/migrate.ts'
import { withClient, withDatabase } from './pg-client.ts'

/** How a run of the tests makes its databases; plain data, since it travels to the processes that run them. */
export interface TemplateDatabase {
  /** A migrated database that nobody connects to. The databases of the run have this name and a suffix. */
  readonly name: string
  /** Connects to it as the owner of everything. */
  readonly ownerUrl: string
  /** Connects to it as a worker would; as the owner where that may not make roles. */
  readonly workerUrl: string
}

/** Makes and migrates the template of this run, with a login for workers. */
export async function createTemplateDatabase(serverUrl: string): Promise<TemplateDatabase> {
  const name = `ringledger_test_${randomBytes(4).toString('hex')}`
  await withClient(serverUrl, (client) => client.query(`create database ${name}`))
  const ownerUrl = withDatabase(serverUrl, name)
  const { workerRole } = await migrate(ownerUrl)
  if (!workerRole) return { name, ownerUrl, workerUrl: ownerUrl }

  const login = workerLogin(name)
  const password = randomBytes(24).toString('base64url')
  await withClient(ownerUrl, (client) =>
    client.query(`create role ${login} login password '${password}' in role ${workerRole}`),
  )
  const workerUrl = Object.assign(new URL(ownerUrl), { username: login, password }).href
  return { name, ownerUrl, workerUrl }
}

/** Drops what the run made, but for the databases of failed tests. Resolves with their names. */
export async function dropTemplateDatabase(serverUrl: string, template: TemplateDatabase): Promise<string[]> {
  return await withClient(serverUrl, async (client) => {
    await client.query(`drop database ${template.name} with (force)`)
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1) order by datname',
      [`${template.name}_`],
    )
    if (rows.length === 0) {
      await client.query(`drop role if exists ${workerLogin(template.name)}, ${template.name}_worker`)
    }
    return rows.map((row) => row.datname)
  })
}

function workerLogin(template: string): string {
  return `${template}_login`
}
