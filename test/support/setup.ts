import { expect, onTestFinished } from 'vitest'
import { connect, type Db } from '../../db/connect.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'

/** What every test of the database starts from; nothing in it is shared with another test. */
export interface Setup {
  readonly database: TestDatabase
  /** With the rights of a worker. */
  readonly db: Db
  /** Connections of `db` that broke; for tests that break them. */
  readonly connectionErrors: readonly Error[]
  readonly clock: FakeClock
}

/**
 * Makes the bundle of one test. When the test has ended, what it left in its database is checked; the database is
 * dropped if the test passed and kept as evidence if not.
 */
export async function setup(creating: Promise<TestDatabase> = createTestDatabase()): Promise<Setup> {
  const database = await creating
  const connectionErrors: Error[] = []
  const db = connect({ url: database.url, poolMax: 5, onError: (error) => connectionErrors.push(error) })
  onTestFinished(async ({ task }) => {
    const findings = await checkInvariants(db)
    await db.destroy()
    if (task.result?.state === 'pass' && findings.length === 0) return await database.drop()
    console.error(`The database of this test is kept: ${database.name}`)
    expect(findings, 'what does not hold in the ledger after the test').toEqual([])
  })
  return { database, db, connectionErrors, clock: fakeClock('2026-03-02T12:00:00Z') }
}
