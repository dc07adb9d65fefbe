import { describe, expect, it } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { migrations } from '../../db/migrations/index.ts'
import { readSchemaState } from '../../db/schema-state.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createEmptyDatabase } from '../support/empty-database.ts'
import {
  creditJustEnough,
  expectChargedOnce,
  someCalls,
  startRecoveringWorker,
  startSweeping,
} from '../support/faults.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { setup } from '../support/setup.ts'

const redis = queueBackends().filter(({ name }) => name === 'redis')

describe.each(redis)('through PgBouncer in transaction mode', (backend) => {
  it('an empty database is migrated once by two that start together', async () => {
    const { db, database } = await setup(pooled(createEmptyDatabase()))
    const reports = await Promise.all([migrate(database.ownerUrl), migrate(database.ownerUrl)])
    expect(reports.flatMap(({ applied }) => applied)).toEqual(Object.keys(migrations))
    expect(await readSchemaState(db)).toEqual({ missing: [], unknown: [] })
  })

  it('usage of two workers is charged once and leads to one recharge', async () => {
    const pipeline = await setupPipeline(backend, setup(pooled(createTestDatabase())))
    const { db, logged, producer } = pipeline
    await creditJustEnough(db)
    const calls = [...someCalls(2_000), ...someCalls(2_000, { account: 'acct_b' })]
    await Promise.all([startRecoveringWorker(pipeline), startRecoveringWorker(pipeline)])
    startSweeping(pipeline)
    await Promise.all([producer.addAll(calls), producer.addAll(calls), producer.addAll(calls.toReversed())])
    await expectChargedOnce(pipeline, calls)
    await logged.line('account needs a recharge')
    expect(await db.selectFrom('outbox').select('account_id').execute()).toEqual([{ account_id: 'acct_a' }])
  })
})

/** The same database, but that every connection to it goes through PgBouncer as its owner. */
async function pooled(creating: Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await creating
  const url = await startPgBouncer(database.ownerUrl)
  return { ...database, url, ownerUrl: url }
}
