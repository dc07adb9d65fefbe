import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasRedisServer } from '../../sandbox/redis-server.ts'
import {
  expectSilence,
  expectSoundLedger,
  pathWithoutRedis,
  type ReadyLine,
  startDemo,
} from '../support/local-process.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const POLLING = { timeout: 40_000, interval: 100 }

const READY_KEYS = [
  'accounts',
  'databaseUrl',
  'mailUrl',
  'operator',
  'ownerDatabaseUrl',
  'queueBackend',
  'ready',
  'redisUrl',
  'serviceKey',
  'stripeUrl',
  'url',
]

const BACKENDS = [...(hasRedisServer() ? ['redis'] : []), 'postgres']

describe.each(BACKENDS)('npm start with its queue in %s', { timeout: 120_000 }, (backend) => {
  let folder: AsyncDisposable & { path: string }
  let dataDir: string
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    folder = await scratchFolder('start')
    dataDir = join(folder.path, 'my data')
    env = backend === 'postgres' ? { PATH: await pathWithoutRedis(folder.path) } : {}
  })
  afterAll(async () => await folder[Symbol.asyncDispose]())

  it('charges demo traffic, stops in order, and goes on with the same data at the next start', async () => {
    const first = await startDemo(dataDir, { env })
    expect(Object.keys(first.ready).sort()).toEqual(READY_KEYS)
    expect(first.ready).toMatchObject({ ready: true, queueBackend: backend })
    const customers = await customersOf(first.ready)
    expect(customers).toHaveLength(5)
    expect((await fetch(first.ready.mailUrl)).status).toBe(200)
    const seen = await vi.waitUntil(() => debitsOf(first.ready), POLLING)

    first.process.kill('SIGINT')
    expect(await first.ended).toMatchObject({ exit: 0, stderr: 'stopping\n' })
    await expectNothingLeft(first.ready, dataDir)

    const second = await startDemo(dataDir, { env, args: ['--no-traffic'] })
    expect(second.ready.serviceKey).toBe(first.ready.serviceKey)
    expect(await debitsOf(second.ready)).toEqual(expect.arrayContaining(seen))
    expect(await customersOf(second.ready)).toEqual(customers)
    await expectSoundLedger(second.ready.ownerDatabaseUrl)

    second.process.kill('SIGTERM')
    expect(await second.ended).toMatchObject({ exit: 0 })
    await expectNothingLeft(second.ready, dataDir)
  })

  it('charges what comes in over HTTP, and nothing else when it plays no traffic', async () => {
    const demo = await startDemo(dataDir, { env, args: ['--fresh', '--no-traffic'] })
    expect(await debitsOf(demo.ready)).toBeNull()

    await postText(demo.ready, { id: 'text-1', account: 'maple-loans' })
    const charged = await vi.waitUntil(() => debitsOf(demo.ready), POLLING)

    expect(charged).toMatchObject([{ item: 'outgoing_text', amount: '-0.010900', balanceAfter: '11.989100' }])
    demo.process.kill('SIGTERM')
    expect(await demo.ended).toMatchObject({ exit: 0 })
  })
})

/** The ids that the stand-in for Stripe shows. */
async function customersOf({ stripeUrl }: ReadyLine): Promise<string[]> {
  const page = await (await fetch(stripeUrl)).text()
  return [...page.matchAll(/<article id="(cus_\w+)">/g)].map(([, id = '']) => id)
}

/** The debits of all demo accounts; null before the first. */
async function debitsOf({ url, serviceKey, accounts }: ReadyLine): Promise<unknown[] | null> {
  const pages = accounts.map(async (account) => {
    const answer = await fetch(`${url}/v1/accounts/${account}/entries?show=debits&limit=200`, {
      headers: { authorization: `Bearer ${serviceKey}` },
    })
    expect(answer.status).toBe(200)
    const page = (await answer.json()) as { entries: unknown[] }
    return page.entries
  })
  const debits = (await Promise.all(pages)).flat()
  return debits.length > 0 ? debits : null
}

async function postText(
  { url, serviceKey }: ReadyLine,
  text: { id: string; account: string },
): Promise<void> {
  const record = {
    ...text,
    item: 'outgoing_text',
    from: '+14165550128',
    to: '+16135550101',
    occurredAt: new Date().toISOString(),
    segments: 1,
  }
  const answer = await fetch(`${url}/v1/usage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serviceKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ v: 1, records: [record] }),
  })
  expect(answer.status).toBe(202)
}

async function expectNothingLeft(ready: ReadyLine, dataDir: string): Promise<void> {
  await expectSilence(ready)
  await expect(access(join(dataDir, 'running.json'))).rejects.toThrow('ENOENT')
}
