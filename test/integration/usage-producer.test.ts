import { createPostgresBackend, Queue, withBackend } from 'bullmq'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Config } from '../../config/config.ts'
import { postgresConnection, queuePrefixOf } from '../../jobs/queues.ts'
import { listSpoolFiles, openSpool, readSpoolFile } from '../../jobs/spool.ts'
import { createUsageProducer } from '../../jobs/usage-producer.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { type QueueBackend, queueBackends } from '../support/queue-backends.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { callRecord } from '../support/usage.ts'

/** What the queue of a shard holds, oldest job first. */
async function jobsOf(config: Config, shard: number): Promise<{ name: string; data: unknown }[]> {
  const queue = openForReading(config, `usage-${shard}`)
  const jobs = await queue.getWaiting()
  await queue.close()
  return jobs.map(({ name, data }) => ({ name, data }))
}

function openForReading(config: Config, name: string) {
  if (config.redisUrl) {
    return new Queue(name, { connection: { url: config.redisUrl }, prefix: queuePrefixOf(config, name) })
  }
  const PostgresQueue = withBackend(createPostgresBackend).Queue
  return new PostgresQueue(name, { connection: postgresConnection(config) })
}

function numbered(count: number, account = 'acct_a') {
  return Array.from({ length: count }, (_, n) => callRecord({ id: `call-${n}`, account }))
}

afterEach(() => {
  vi.useRealTimers()
})

describe.each(queueBackends())('a usage producer on the $name back end', (backend) => {
  it('sends many records in full jobs of 1000, each in the order of its records', async () => {
    const { producer, config } = await setupPipeline(backend)
    const records = numbered(2_500)

    await producer.addAll(records)

    const jobs = await jobsOf(config, 1)
    expect(jobs).toHaveLength(3)
    expect(jobs).toEqual(
      expect.arrayContaining([
        { name: 'charge-usage', data: { v: 1, records: records.slice(0, 1_000) } },
        { name: 'charge-usage', data: { v: 1, records: records.slice(1_000, 2_000) } },
        { name: 'charge-usage', data: { v: 1, records: records.slice(2_000) } },
      ]),
    )
  })

  it('keeps the records of an account on the shard CRC-32(account) mod n', async () => {
    const { config } = await setupPipeline(backend)
    const producer = createUsageProducer({ ...config, usageShards: 3 }, { onError: () => undefined })
    onTestFinished(() => producer.close())
    const accounts = ['acct_a', 'acct_b', 'acct_c', 'acct_d']

    await producer.addAll(accounts.map((account) => ({ account })))

    // By zlib's crc32: 3506829557, 1208789327, 1057724889, 2708409466.
    const sent = [await jobsOf(config, 0), await jobsOf(config, 1), await jobsOf(config, 2)]
    expect(sent.map((jobs) => jobs.map(({ data }) => data))).toEqual([
      [{ v: 1, records: [{ account: 'acct_c' }] }],
      [{ v: 1, records: [{ account: 'acct_d' }] }],
      [{ v: 1, records: [{ account: 'acct_a' }, { account: 'acct_b' }] }],
    ])
  })

  it('sends what is no usage record too: the worker says what is wrong with it', async () => {
    const { producer, config } = await setupPipeline(backend)

    await producer.addAll([null, 'text', { account: 7 }])

    expect(await jobsOf(config, 0)).toEqual([
      { name: 'charge-usage', data: { v: 1, records: [null, 'text', { account: 7 }] } },
    ])
  })

  it('lets a record wait 3 ms for others to share its job', async () => {
    const { producer, config } = await setupPipeline(backend)
    await producer.add(callRecord({ id: 'first' }))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

    const added = [producer.add(callRecord({ id: 'call-1' })), producer.add(callRecord({ id: 'call-2' }))]
    vi.advanceTimersByTime(2)
    added.push(producer.add(callRecord({ id: 'call-3' })))
    vi.advanceTimersByTime(1)
    await Promise.all(added)

    vi.useRealTimers()
    const [, together] = await jobsOf(config, 1)
    const records = ['call-1', 'call-2', 'call-3'].map((id) => callRecord({ id }))
    expect(together?.data).toEqual({ v: 1, records })
  })

  it('sends a record that no other one joins after 3 ms, and not before', async () => {
    const { producer, queue } = await setupPipeline(backend)
    await producer.add(callRecord({ account: '' }))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

    const added = producer.add(callRecord({ account: '' }))
    vi.advanceTimersByTime(2)
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 })
    vi.advanceTimersByTime(1)
    await added

    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 2 })
  })

  it('sends what it still buffers when it is closed', async () => {
    const { config } = await setupPipeline(backend)
    const producer = createUsageProducer(config, { onError: () => undefined })
    const added = producer.add(callRecord())

    await producer.close()

    await added
    expect(await jobsOf(config, 1)).toHaveLength(1)
  })

  it('has records on disk before it sends them, and sends none that are not', async () => {
    const { config, queue } = await setupPipeline(backend)
    const onDisk = Promise.withResolvers<void>()
    const append = vi.fn(() => onDisk.promise)
    const spool = { append, close: () => Promise.resolve() }
    const producer = createUsageProducer(config, { spool, onError: () => undefined })
    onTestFinished(() => producer.close())

    const first = producer.add({ account: '', id: 'first' })
    await vi.waitUntil(() => append.mock.calls.length === 1)
    expect(append).toHaveBeenCalledWith([{ account: '', id: 'first' }])
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 0 })
    onDisk.resolve()
    await first
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 })

    append.mockRejectedValueOnce(new Error('disk is full'))
    await expect(producer.add({ account: '', id: 'second' })).rejects.toThrow('disk is full')
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 })
  })

  it('leaves a spool from which all that was sent can be read again', async () => {
    const { config, clock } = await setupPipeline(backend)
    const folder = await scratchFolder('producer')
    onTestFinished(() => folder[Symbol.asyncDispose]())
    const spool = await openSpool(folder.path, clock)
    const producer = createUsageProducer(config, { spool, onError: () => undefined })
    const records = [...numbered(1_500), ...numbered(10, 'acct_c')]

    await producer.addAll(records)
    await producer.close()

    const spooled: unknown[] = []
    for (const file of await listSpoolFiles(folder.path)) {
      for await (const record of readSpoolFile(file)) spooled.push(record)
    }
    const asText = (record: unknown) => JSON.stringify(record)
    expect(spooled.map(asText).sort()).toEqual(records.map(asText).sort())
  })

  it('sends again when its connection was cut', async () => {
    const { config } = await setupPipeline(backend)
    const { proxied, proxy } = await throughProxy(config, backend)
    const producer = createUsageProducer(proxied, { onError: () => undefined })
    onTestFinished(() => producer.close())
    await producer.add(callRecord({ id: 'before' }))

    proxy.cut()

    const isTaken = () =>
      producer.add(callRecord({ id: 'after' })).then(
        () => true,
        () => false,
      )
    await vi.waitUntil(isTaken)
    expect(await jobsOf(config, 1)).toHaveLength(2)
  })

  it('rejects what it cannot send while the queue is gone', async () => {
    const { config } = await setupPipeline(backend)
    const { proxied, proxy } = await throughProxy(config, backend)
    const producer = createUsageProducer(proxied, { onError: () => undefined })
    await producer.add(callRecord({ id: 'before' }))

    await proxy.close()

    await expect(producer.addAll(numbered(10))).rejects.toThrow()
    await producer.close()
    expect(await jobsOf(config, 1)).toHaveLength(1)
  })

  it('rejects what it cannot send when the queue was never there, and can be closed', async () => {
    const nowhere = 'redis://127.0.0.1:1'
    const { config } = await setupPipeline(backend)
    const gone = backend.redisUrl ? { redisUrl: nowhere } : { databaseUrl: 'postgres://127.0.0.1:1/none' }
    const producer = createUsageProducer({ ...config, ...gone }, { onError: () => undefined })

    await expect(producer.add(callRecord())).rejects.toThrow()
    await producer.close()
  })
})

async function throughProxy(config: Config, { redisUrl }: QueueBackend) {
  const proxy = await startTcpProxy(redisUrl ?? config.databaseUrl)
  const proxied = redisUrl
    ? { ...config, redisUrl: proxy.through(redisUrl) }
    : { ...config, databaseUrl: proxy.through(config.databaseUrl) }
  return { proxy, proxied }
}
