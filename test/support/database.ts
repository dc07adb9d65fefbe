import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { withClient, withDatabase } from './pg-client.ts'

/** A migrated database of one test. */
export interface TestDatabase {
  readonly name: string
  /** Connects with the rights of a worker. */
  readonly url: string
  /** Connects as the owner, who may do what a worker may not. */
  readonly ownerUrl: string
  /** Ends what is still connected and removes it. */
  drop(): Promise<void>
}

/** Makes a database of its own for a test, in some tens of milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = inject('templateDatabase')
  const serverUrl = inject('postgresUrl')
  const name = `${template.name}_${randomBytes(4).toString('hex')}`
  await withClient(serverUrl, (client) => client.query(`create database ${name} template ${template.name}`))
  return {
    name,
    url: withDatabase(template.workerUrl, name),
    ownerUrl: withDatabase(template.ownerUrl, name),
    drop: async () => {
      await withClient(serverUrl, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}
