import { expect, inject, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { withClient } from '../support/pg-client.ts'
import { setup } from '../support/setup.ts'

test('each test has a migrated database of its own', async () => {
  const [one, other] = await Promise.all([setup(), setup()])

  expect(one.database.name).not.toBe(other.database.name)
  await expect(one.db.selectFrom('accounts').selectAll().execute()).resolves.toEqual([])
})

test('tests work with the rights of a worker where roles may be made, and as the owner where they need more', async () => {
  const { database } = await setup()
  const mayDelete = `select has_table_privilege('entries', 'delete') as may`

  const worker = await withClient(database.url, (client) => client.query(mayDelete))
  expect(worker.rows).toEqual([{ may: database.url === database.ownerUrl }])
  const owner = await withClient(database.ownerUrl, (client) => client.query(mayDelete))
  expect(owner.rows).toEqual([{ may: true }])
})

test('a dropped database is gone, with the connections to it', async () => {
  const database = await createTestDatabase()
  await withClient(database.url, async (client) => {
    const errors: Error[] = []
    client.on('error', (error) => errors.push(error))
    await database.drop()
    await expect(client.query('select 1')).rejects.toThrow()
  })

  const { rows } = await withClient(inject('postgresUrl'), (client) =>
    client.query('select from pg_database where datname = $1', [database.name]),
  )
  expect(rows).toEqual([])
})
