import { describe, expect, it, onTestFinished } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { systemNewId } from '../../config/clock.ts'
import { adjust } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { addWebhookEndpoint } from '../../db/webhook-endpoints.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'

describe.each(queueBackends())('a worker with its queues on $name', (backend) => {
  it('tells of a stop as soon as the usage that causes it is charged, without a scheduler', async () => {
    const { db, clock, deps, producer } = await setupPipeline(backend)
    const receiver = await startWebhookReceiver()
    const id = systemNewId()
    const events = ['active', 'ending', 'stopped'] as const
    const endpoint = { id, url: receiver.url, events, secret: { id, secret: 'rlwh_test' } }
    const credit = { account: 'acct_a', id: 'c', amount: parseUsd('6'), reason: 'test', postedBy: 'test' }
    await inTransaction(db, async (tx) => {
      await addWebhookEndpoint(tx, endpoint, clock.now())
      await adjust(tx, credit, clock.now())
    })
    const webhooks = { hosts: [receiver.host], allowsLoopbackHttp: true }
    const worker = await startWorker({ ...deps, config: { ...deps.config, webhooks } })
    onTestFinished(() => worker.stop(5_000))
    await producer.add(callRecord({ id: 'first', durationMs: 200_000 }))
    await receiver.arrived(1)
    await producer.add(callRecord({ id: 'second', durationMs: 400_000 }))
    await receiver.arrived(2)
    expect(receiver.events).toMatchObject([
      { account: 'acct_a', seq: 1, state: 'active', available: '4.000000' },
      { account: 'acct_a', seq: 2, state: 'stopped', available: '0.000000' },
    ])
  })
})
