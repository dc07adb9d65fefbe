import { inject } from 'vitest'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { withClient } from './pg-client.ts'

/** A database of a test without a schema, for tests that migrate it. The role that its migration makes goes with it. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  await withClient(database.ownerUrl, (client) =>
    client.query('drop schema public cascade; create schema public'),
  )
  return {
    ...database,
    url: database.ownerUrl,
    drop: async () => {
      await database.drop()
      await withClient(inject('postgresUrl'), (client) =>
        client.query(`drop role if exists ${database.name}_worker`),
      )
    },
  }
}
