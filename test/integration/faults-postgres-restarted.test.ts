import { describe, expect, it } from 'vitest'
import { expectChargedOnce, sendUntilStored, someCalls, startRecoveringWorker } from '../support/faults.ts'
import { createOwnPostgres, type OwnPostgres } from '../support/own-postgres.ts'
import { withClient } from '../support/pg-client.ts'
import { type Pipeline, setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { setup } from '../support/setup.ts'

type Fault = (postgres: OwnPostgres, pipeline: Pipeline) => Promise<void>

const FAULTS: Readonly<Record<string, Fault>> = {
  stopped: (postgres) => postgres.stop().then(postgres.start),
  crashed: (postgres) => postgres.crash().then(postgres.start),
  'read-only': async ({ ownerUrl }, { logged }) => {
    await configure(ownerUrl, 'set default_transaction_read_only = on')
    const refusals = () =>
      logged.lines.filter(({ err }) => JSON.stringify(err)?.includes(READ_ONLY_CODE)).length
    await expect.poll(refusals, { timeout: 10_000 }).toBeGreaterThan(0)
    await configure(ownerUrl, 'reset default_transaction_read_only')
  },
}

const READ_ONLY_CODE = '"25006"'

describe.each(queueBackends())('on the $name back end, usage', (backend) => {
  it('is charged once when Postgres stops, crashes and is read-only for a while under load', async () => {
    const postgres = await createOwnPostgres()
    const pipeline = await setupPipeline(backend, setup(Promise.resolve(postgres)))
    await startRecoveringWorker(pipeline)
    const sent: ReturnType<typeof someCalls> = []
    for (const [prefix, fault] of Object.entries(FAULTS)) {
      const calls = someCalls(1_000, { prefix })
      const sending = sendUntilStored(pipeline.producer, calls)
      const isCharging = () => isAnyCharged(pipeline, prefix)
      await expect.poll(isCharging, { interval: 5, timeout: 20_000 }).toBe(true)
      await fault(postgres, pipeline)
      await sending
      sent.push(...calls)
    }
    await expectChargedOnce(pipeline, sent)
  })
})

async function isAnyCharged({ db }: Pipeline, prefix: string): Promise<boolean> {
  const ids = db.selectFrom('usage_records').select('id').where('id', 'like', `${prefix}%`)
  return (await ids.limit(1).execute()).length > 0
}

/** Changes a setting of the server, in the sessions that are open too. */
async function configure(url: string, change: string): Promise<void> {
  await withClient(url, (client) => client.query(`alter system ${change}`))
  await withClient(url, (client) => client.query('select pg_reload_conf()'))
}
