import { describe, expect, it, onTestFinished } from 'vitest'
import { systemNewId } from '../../config/clock.ts'
import { enqueue, type OutboxJob } from '../../db/outbox.ts'
import { inTransaction } from '../../db/transaction.ts'
import { type JobQueue, openQueue } from '../../jobs/queues.ts'
import { OutboxRelay } from '../../workers/outbox-relay.ts'
import { startRecoveringWorker } from '../support/faults.ts'
import { withClient } from '../support/pg-client.ts'
import { type Pipeline, setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'

describe.each(queueBackends())('on the $name back end, follow-up work', (backend) => {
  it('is handed over once when two relays look for it at once', async () => {
    const pipeline = await setupPipeline(backend)
    await owe(
      pipeline,
      Array.from({ length: 450 }, () => recharge()),
    )
    const queue = openRechargeQueue(pipeline)
    const relays = [relayTo(queue, pipeline), relayTo(queue, pipeline)]
    for (const relay of relays) relay.nudge()
    await Promise.all(relays.map((relay) => relay.stop()))
    expect(await queue.getJobCounts('wait')).toEqual({ wait: 450 })
    const handOvers = await pipeline.db.selectFrom('outbox').select('hand_overs').distinct().execute()
    expect(handOvers).toEqual([{ hand_overs: 1 }])
  })

  it('written while the queue is down is handed over a minute later', async () => {
    const pipeline = await setupPipeline(backend)
    await startRecoveringWorker(pipeline)
    await owe(pipeline, [recharge()])
    const queue = openRechargeQueue(pipeline)
    await handOver(
      withAdd(queue, () => Promise.reject(new Error('the queue is down'))),
      pipeline,
    )
    await pipeline.logged.line(
      'outbox hand-over failed; what was claimed is handed over again after a minute',
    )
    pipeline.clock.advance(60_001)
    await handOver(queue, pipeline)
    await pipeline.logged.line('account needs a recharge')
  })

  it('that the queue lost is handed over again when a minute has passed, and not before', async () => {
    const pipeline = await setupPipeline(backend)
    await startRecoveringWorker(pipeline)
    await owe(pipeline, [recharge()])
    const queue = openRechargeQueue(pipeline)
    await handOver(
      withAdd(queue, () => Promise.resolve()),
      pipeline,
    )
    pipeline.clock.advance(60_000)
    await handOver(queue, pipeline)
    expect(await handOversOf(pipeline)).toEqual([1])
    pipeline.clock.advance(1)
    await handOver(queue, pipeline)
    expect(await handOversOf(pipeline)).toEqual([2])
    await pipeline.logged.line('account needs a recharge')
  })

  it('whose job failed and is kept by the queue is run at the next hand-over', async () => {
    const pipeline = await setupPipeline(backend)
    await startRecoveringWorker(pipeline)
    const broken = recharge({ payload: { v: 1 } })
    await owe(pipeline, [broken])
    const queue = openRechargeQueue(pipeline)
    await handOver(queue, pipeline)
    await expect.poll(() => queue.getJobCounts('failed')).toEqual({ failed: 1 })
    await withClient(pipeline.database.ownerUrl, (client) =>
      client.query('update outbox set payload = $1', [recharge().payload]),
    )
    pipeline.clock.advance(60_001)
    await handOver(queue, pipeline)
    await pipeline.logged.line('account needs a recharge')
    expect(await queue.getJobCounts('failed')).toEqual({ failed: 1 })
  })
})

function recharge(fields: Partial<OutboxJob> = {}): OutboxJob {
  const payload = { v: 1, account: 'acct_a' }
  return { id: systemNewId(), account: 'acct_a', job: 'recharge-account', payload, ...fields }
}

async function owe({ db, clock }: Pipeline, jobs: readonly OutboxJob[]): Promise<void> {
  await inTransaction(db, (tx) => enqueue(tx, jobs, clock.now()))
}

function openRechargeQueue({ config }: Pipeline): JobQueue {
  const queue = openQueue(config, { kind: 'recharge', name: 'recharge' }, (error) =>
    expect.fail(error.message),
  )
  onTestFinished(() => queue.close())
  return queue
}

/** The same queue, but that it takes jobs in another way. */
function withAdd(queue: JobQueue, add: () => Promise<void>): JobQueue {
  return Object.create(queue, { add: { value: add } })
}

/** One look for work that is owed. */
async function handOver(queue: JobQueue, pipeline: Pipeline): Promise<void> {
  const relay = relayTo(queue, pipeline)
  relay.nudge()
  await relay.stop()
}

function relayTo(queue: JobQueue, { db, clock, logged }: Pipeline): OutboxRelay {
  return new OutboxRelay({ db, clock, log: logged.log, queueOf: () => queue })
}

async function handOversOf({ db }: Pipeline): Promise<number[]> {
  const rows = await db.selectFrom('outbox').select('hand_overs').execute()
  return rows.map((row) => row.hand_overs)
}
