import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../config/config.ts'
import { migrate } from '../../db/migrate.ts'
import { migrations } from '../../db/migrations/index.ts'
import { openQueue } from '../../jobs/queues.ts'
import { withClient, withDatabase } from '../support/pg-client.ts'
import { runCommand } from '../support/run-command.ts'

interface EmptyDatabase {
  readonly name: string
  readonly ownerUrl: string
  /** A login with the rights of the worker role alone. */
  workerUrl(): Promise<string>
}

async function emptyDatabase(): Promise<EmptyDatabase> {
  const serverUrl = inject('postgresUrl')
  const name = `ringledger_migrate_${randomBytes(4).toString('hex')}`
  const onServer = (sql: string) => withClient(serverUrl, (client) => client.query(sql))
  await onServer(`create database ${name}`)
  onTestFinished(async () => {
    await onServer(`drop database ${name} with (force)`)
    await onServer(`drop role if exists ${name}_login, ${name}_worker`)
  })
  const ownerUrl = withDatabase(serverUrl, name)
  return {
    name,
    ownerUrl,
    workerUrl: async () => {
      await onServer(`create role ${name}_login login password 'test' in role ${name}_worker`)
      return Object.assign(new URL(ownerUrl), { username: `${name}_login`, password: 'test' }).href
    },
  }
}

describe('migrate', () => {
  it('makes the schema and the worker role, and says how to give the role to a login', async () => {
    const { name, ownerUrl } = await emptyDatabase()
    const env = { MIGRATE_DATABASE_URL: ownerUrl, REDIS_URL: 'redis://127.0.0.1:1' }
    const role = `worker role: ${name}_worker
to let a login work with it alone: create role NAME login password '...' in role ${name}_worker; then set DATABASE_URL to it
`

    expect(await runCommand(['migrate'], env)).toEqual({
      exit: 0,
      stderr: '',
      stdout: `applied ${Object.keys(migrations).join(', ')}\n${role}`,
    })
    expect(await runCommand(['migrate'], env)).toEqual({
      exit: 0,
      stderr: '',
      stdout: `the schema is up to date\n${role}`,
    })
  })

  it('makes the queues without a REDIS_URL, for the worker role to use', async () => {
    const { ownerUrl, workerUrl } = await emptyDatabase()

    const { exit, stdout } = await runCommand(['migrate'], {
      DATABASE_URL: ownerUrl,
      QUEUE_PREFIX: 'jobs_here',
    })

    expect(exit).toBe(0)
    expect(stdout).toContain('the queues are in the schema jobs_here of this database')
    const config = loadConfig({ DATABASE_URL: await workerUrl(), QUEUE_PREFIX: 'jobs_here' })
    const queue = openQueue(config, { kind: 'usage', name: 'usage-0' }, () => undefined)
    onTestFinished(() => queue.close())
    await queue.add('charge-usage', { v: 1, records: [{}] })
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 })
  })

  it('makes no queues for a production, which has Redis', async () => {
    const { ownerUrl } = await emptyDatabase()

    const { exit, stdout } = await runCommand(['migrate'], { DATABASE_URL: ownerUrl, NODE_ENV: 'production' })

    expect(exit).toBe(0)
    expect(stdout).not.toContain('queues')
  })

  it('refuses a schema that is newer than this build, and leaves it alone', async () => {
    const { ownerUrl } = await emptyDatabase()
    await migrate(ownerUrl)
    const newer = `insert into kysely_migration (name, timestamp) values ('9999-later', '2099-01-01')`
    await withClient(ownerUrl, (client) => client.query(newer))

    expect(await runCommand(['migrate'], { DATABASE_URL: ownerUrl })).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'the schema is newer than this build: it has 9999-later; deploy a newer build\n',
    })
  })

  it('goes without a worker role where its login may not make one', async () => {
    const { name, ownerUrl } = await emptyDatabase()
    await withClient(ownerUrl, async (client) => {
      await client.query(`create role ${name}_login login password 'test'`)
      await client.query(`alter database ${name} owner to ${name}_login`)
      await client.query(`grant all on schema public to ${name}_login`)
    })
    const url = Object.assign(new URL(ownerUrl), { username: `${name}_login`, password: 'test' }).href

    const { exit, stdout } = await runCommand(['migrate'], { DATABASE_URL: url })

    expect(exit).toBe(0)
    expect(stdout).toContain('worker role: none, for this login may not make roles')
  })
})

describe('a command on a database that was never migrated', () => {
  it('says to migrate it', async () => {
    const { ownerUrl } = await emptyDatabase()

    const { exit, stderr } = await runCommand(['verify-ledger'], { DATABASE_URL: ownerUrl })

    expect(exit).toBe(1)
    expect(stderr).toContain('run npm run -s migrate')
  })
})
