import { describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { migrations } from '../../db/migrations/index.ts'
import { readSchemaState } from '../../db/schema-state.ts'
import { createEmptyDatabase } from '../support/empty-database.ts'
import { expectChargedOnce, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { withClient } from '../support/pg-client.ts'
import { terminateSessions } from '../support/pg-sessions.ts'
import { type Pipeline, setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { setup } from '../support/setup.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

/** The message of a query with this text, as the protocol has it. */
const COMMIT = /Q[\s\S]{4}commit\0/

it('an empty database is migrated once by two that start together', async () => {
  const { db, database } = await setup(createEmptyDatabase())
  const reports = await Promise.all([migrate(database.ownerUrl), migrate(database.ownerUrl)])
  expect(reports.flatMap(({ applied }) => applied)).toEqual(Object.keys(migrations))
  expect(await readSchemaState(db)).toEqual({ missing: [], unknown: [] })
})

describe.each(queueBackends())('on the $name back end, a batch', (backend) => {
  it('whose transaction is killed in Postgres is charged once at the next try', async () => {
    const pipeline = await setupPipeline(backend)
    const calls = someCalls(60)
    await withClient(pipeline.database.ownerUrl, async (holder) => {
      await holder.query(`begin; select from accounts where id = 'acct_a' for update`)
      await startRecoveringWorker(pipeline)
      await pipeline.producer.addAll(calls)
      const kill = () => terminateSessions(pipeline.database.ownerUrl, `wait_event_type = 'Lock'`)
      await expect.poll(kill, { timeout: 10_000 }).toBe(1)
      await pipeline.logged.line('job failed')
      await holder.query('rollback')
    })
    await expectChargedOnce(pipeline, calls)
  })

  it('is charged after every idle connection to Postgres was killed', async () => {
    const pipeline = await setupPipeline(backend)
    await startRecoveringWorker(pipeline)
    const before = someCalls(60, { prefix: 'before' })
    await pipeline.producer.addAll(before)
    await expectChargedOnce(pipeline, before)
    const kill = () => terminateSessions(pipeline.database.ownerUrl, `state = 'idle'`)
    await expect.poll(kill).toBeGreaterThan(0)
    await pipeline.logged.line('connection error')
    const after = someCalls(60, { prefix: 'after' })
    await pipeline.producer.addAll(after)
    await expectChargedOnce(pipeline, [...before, ...after])
  })

  it('whose commit was done but never answered is charged once', async () => {
    const pipeline = await setupPipeline(backend)
    const proxy = await proxyTo(pipeline)
    await startRecoveringWorker(through(proxy, pipeline))
    const calls = someCalls(60)
    const dropped = proxy.dropAnswerTo(COMMIT)
    await pipeline.producer.addAll(calls)
    await dropped
    expect(await pipeline.logged.line('job failed')).toMatchObject({ retry: { kind: 'backoff' } })
    expect(await pipeline.logged.line('usage committed')).toMatchObject({ charged: 0, duplicates: 60 })
    await expectChargedOnce(pipeline, calls)
  })
})

async function proxyTo({ config }: Pipeline): Promise<TcpProxy> {
  const proxy = await startTcpProxy(config.databaseUrl)
  onTestFinished(() => proxy.close())
  return proxy
}

/** The same, but that its workers reach Postgres by way of the proxy. */
function through(proxy: TcpProxy, { deps }: Pipeline): Pick<Pipeline, 'deps'> {
  return {
    deps: { ...deps, config: { ...deps.config, databaseUrl: proxy.through(deps.config.databaseUrl) } },
  }
}
