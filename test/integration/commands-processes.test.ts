import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startRedis } from '../../sandbox/redis-server.ts'
import { withClient } from '../support/pg-client.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { runCommand } from '../support/run-command.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { callRecord } from '../support/usage.ts'
import { environmentOf, spawnProcess } from '../support/worker-process.ts'

const WORKER = new URL('../../scripts/worker.ts', import.meta.url).pathname
const SCHEDULER = new URL('../../scripts/scheduler.ts', import.meta.url).pathname
const STOPPABLE = new URL('../support/stoppable-process.ts', import.meta.url).pathname

describe.each(queueBackends())('on the $name back end', (backend) => {
  it('the worker charges what is in the queue until SIGTERM, and exits with 0', async () => {
    const { db, config, producer } = await setupPipeline(backend)
    await producer.addAll([callRecord({ id: 'call-1' }), callRecord({ id: 'call-2', account: 'acct_b' })])
    const worker = spawnProcess([WORKER], environmentOf(config))
    await worker.line('worker ready')
    const charged = () => db.selectFrom('usage_records').select('id').orderBy('id').execute()
    await vi.waitUntil(async () => (await charged()).length === 2, { timeout: 20_000 })

    worker.kill('SIGTERM')

    expect(await worker.ended).toBe(0)
    expect(worker.lines.map(({ msg }) => msg)).toContain('stopped')
    expect(await charged()).toEqual([{ id: 'call-1' }, { id: 'call-2' }])
  })

  it('the scheduler runs until SIGINT, and exits with 0', async () => {
    const { config } = await setupPipeline(backend)
    const scheduler = spawnProcess([SCHEDULER], environmentOf(config))
    await scheduler.line('scheduler ready')

    scheduler.kill('SIGINT')

    expect(await scheduler.ended).toBe(0)
  })
})

describe.each(['worker', 'scheduler'])('the %s', (command) => {
  it('does not start on a schema that is older than this build', async () => {
    const { config, database } = await setupPipeline({ name: 'postgres', redisUrl: null })
    await withClient(database.ownerUrl, (client) => client.query('delete from kysely_migration'))

    const { exit, stderr } = await runCommand([command], environmentOf(config))

    expect(exit).toBe(1)
    expect(stderr).toMatch(/^the database lacks 0001-ledger.*: run npm run -s migrate first\n$/)
  })

  it.runIf(queueBackends().length > 1)('does not start with a Redis that may evict jobs', async () => {
    const { config } = await setupPipeline({ name: 'postgres', redisUrl: null })
    const redisUrl = await evictingRedis()

    const { exit, stderr } = await runCommand([command], environmentOf({ ...config, redisUrl }))

    expect(exit).toBe(1)
    expect(stderr).toContain('Redis may evict jobs (maxmemory-policy is allkeys-lru): set it to noeviction')
    expect(stderr).not.toContain('    at ')
  })
})

async function evictingRedis(): Promise<string> {
  const folder = await scratchFolder('redis')
  const server = await startRedis({ dataDir: folder.path })
  onTestFinished(async () => {
    await server?.stop()
    await folder[Symbol.asyncDispose]()
  })
  const url = server?.url ?? ''
  const client = new Redis(url)
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
  client.disconnect()
  return url
}

describe('a process of the Procfile', () => {
  const start = (fault = '') => spawnProcess([STOPPABLE, fault], {})

  it.each(['SIGTERM', 'SIGINT'] as const)('stops within a grace time of 20 seconds on %s', async (signal) => {
    const part = start()
    await part.line('part ready')

    part.kill(signal)

    expect(await part.ended).toBe(0)
    expect(await part.line('part stops')).toMatchObject({ graceMs: 20_000 })
  })

  it.each([
    { fault: 'throws', message: 'thrown' },
    { fault: 'rejects', message: 'rejected' },
  ])('logs an error that nobody caught, stops and exits with 1: $message', async ({ fault, message }) => {
    const part = start(fault)

    expect(await part.ended).toBe(1)
    expect(await part.line('uncaught error: stopping')).toMatchObject({ err: { message } })
    expect(await part.line('part stops')).toBeDefined()
  })

  it('ends at once on a second signal, but takes one Ctrl-C that came twice as one', async () => {
    const part = start('never stops')
    await part.line('part ready')

    part.kill('SIGINT')
    part.kill('SIGINT')
    await part.line('part stops')
    const timer = setInterval(() => part.kill('SIGINT'), 100)
    onTestFinished(() => clearInterval(timer))

    expect(await part.ended).toBe(1)
    expect(await part.line('second signal: not waiting for running work')).toBeDefined()
  })
})
