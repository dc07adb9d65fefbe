import { describe, expect, test, vi } from 'vitest'
import { startWeb } from '../../web/start-web.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { withClient } from '../support/pg-client.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { callRecord } from '../support/usage.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'
import { environmentOf, spawnProcess } from '../support/worker-process.ts'

const WEB = new URL('../../scripts/web.ts', import.meta.url).pathname
const redis = queueBackends().find(({ name }) => name === 'redis')
const USAGE = JSON.stringify({ v: 1, records: [callRecord()] })

/** A server that reaches one of what it needs by way of a proxy. */
async function setupBehindProxy(setting: 'databaseUrl' | 'redisUrl') {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof startTcpProxy>>>()
  const web = await setupWeb(redis, async (config) => {
    const url = config[setting]
    if (url === null) throw new Error(`${setting} is not set`)
    const proxy = await startTcpProxy(url)
    resolve(proxy)
    return { [setting]: proxy.through(url) }
  })
  return { ...web, proxy: await promise }
}

async function problemAt({ send }: Web, path: string) {
  const answer = await send(path)
  const body: Json = await answer.json()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body }
}

async function untilTaken({ post }: Web): Promise<void> {
  await vi.waitFor(async () => expect((await post('/v1/usage', USAGE)).status).toBe(202), 10_000)
}

test('a database that does not answer is said by /readyz and /metrics, which answer all the same', async () => {
  const web = await setupBehindProxy('databaseUrl')
  web.proxy.blackhole()
  const [ready, metrics] = await Promise.all([problemAt(web, '/readyz'), web.send('/metrics')])
  expect(ready).toMatchObject({
    status: 503,
    body: { type: '/problems/not-ready', faults: ['the database cannot be reached or used'] },
  })
  const figures = await metrics.text()
  expect(figures).toContain('ringledger_readable{part="database"} 0')
  expect(figures).not.toContain('ringledger_entries_posted_total')

  web.proxy.forward()
  expect((await problemAt(web, '/readyz')).status).toBe(200)
})

test('a database that is away is answered with 503 and when to ask again', async () => {
  const web = await setupBehindProxy('databaseUrl')
  await web.proxy.close()
  expect(await problemAt(web, '/v1/accounts/acct_a/balance')).toMatchObject({
    status: 503,
    retryAfter: '5',
    body: { type: '/problems/unavailable' },
  })
  expect((await problemAt(web, '/healthz')).status).toBe(200)
})

test('a fault of ours is answered with nothing internal, and logged under the id of the request', async () => {
  const web = await setupWeb()
  const rename = (from: string, to: string) =>
    withClient(web.database.ownerUrl, (client) => client.query(`alter table ${from} rename to ${to}`))
  await rename('entries', 'entries_gone')
  const { status, body } = await problemAt(web, '/v1/accounts/acct_a/entries')
  await rename('entries_gone', 'entries')

  expect(status).toBe(500)
  expect(body).toEqual({
    type: '/problems/internal-error',
    title: 'Something went wrong on this side',
    status: 500,
    detail: 'the fault is logged under the request id',
    requestId: expect.any(String),
  })
  expect(await web.logged.line('request failed')).toMatchObject({
    requestId: body.requestId,
    err: { message: 'relation "entries" does not exist' },
  })
})

describe.runIf(redis)('a queue in Redis', () => {
  test('that is away is answered with 503 and when to send again, and takes it when it is back', async () => {
    const own = await startOwnRedis()
    const web = await setupWeb(own)
    expect((await problemAt(web, '/readyz')).status).toBe(200)
    await own.stop()

    const headers = { 'content-type': 'application/json' }
    const refused = await web.send('/v1/usage', { method: 'POST', body: USAGE, headers })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await refused.json()).toMatchObject({
      type: '/problems/unavailable',
      detail: 'the queue does not take usage at the moment; send the same records again, which is safe',
    })
    expect(await problemAt(web, '/readyz')).toMatchObject({
      status: 503,
      body: { faults: ['the queue cannot be reached or used'] },
    })
    expect(await (await web.send('/metrics')).text()).toContain('ringledger_readable{part="queues"} 0')

    await own.start()
    await untilTaken(web)
    await vi.waitFor(async () => expect((await problemAt(web, '/readyz')).status).toBe(200), 10_000)
  })

  test('that a moment cuts off takes the same records again', async () => {
    const web = await setupBehindProxy('redisUrl')
    await web.startWorker()
    web.proxy.cut()
    await untilTaken(web)
    await web.post('/v1/usage', USAGE)
    await web.settled(2)
    expect(await web.get('/v1/accounts/acct_a/balance')).toMatchObject({ balance: '-0.630000' })
  })
})

test.runIf(redis)('a Redis that evicts gets no traffic', async () => {
  const own = await startOwnRedis()
  await own.run('CONFIG SET maxmemory-policy allkeys-lru')
  const web = await setupWeb(own)
  expect(await problemAt(web, '/readyz')).toMatchObject({
    status: 503,
    body: { faults: ['Redis evicts jobs: its maxmemory-policy is allkeys-lru, not noeviction'] },
  })
  await own.run('CONFIG SET maxmemory-policy noeviction')
  expect((await problemAt(web, '/readyz')).status).toBe(200)
})

test('a server whose port is taken does not start', async () => {
  const { deps, config, web } = await setupWeb()
  const port = Number(new URL(web.url).port)
  await expect(startWeb({ ...deps, config: { ...config, port } })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

describe('a server that stops', () => {
  /** Holds every look at an account up until it is told to let go. */
  async function holdAccounts(web: Web) {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: held, resolve: onHeld } = Promise.withResolvers<void>()
    const holding = withClient(web.database.ownerUrl, async (client) => {
      await client.query('begin')
      await client.query('lock table accounts in access exclusive mode')
      onHeld()
      await released
      await client.query('commit')
    })
    await held
    const untilWaiting = () =>
      withClient(web.database.ownerUrl, (client) =>
        vi.waitFor(async () => {
          const { rows } = await client.query('select from pg_locks where not granted')
          expect(rows).toHaveLength(1)
        }, 10_000),
      )
    return { untilWaiting, letGo: async () => await Promise.all([release(), holding]) }
  }

  test('answers what it is at, takes no new connection, and stops once', async () => {
    const web = await setupWeb()
    const accounts = await holdAccounts(web)
    const running = web.send('/v1/accounts/acct_a/balance')
    await accounts.untilWaiting()

    const stopped = web.web.stop(10_000)
    await vi.waitFor(
      async () => await expect(fetch(`${web.web.url}/healthz`)).rejects.toThrow('fetch failed'),
    )
    await accounts.letGo()
    expect((await running).status).toBe(200)
    await stopped
  })

  test('is told so by SIGTERM, and exits with 0', async () => {
    const { config, key } = await setupWeb()
    const process = spawnProcess([WEB], { ...environmentOf(config), PORT: '0' })
    const { url } = await process.line('web ready')
    const headers = { authorization: `Bearer ${key}` }
    expect((await fetch(`${url}/v1/accounts/acct_a/balance`, { headers })).status).toBe(200)

    process.kill('SIGTERM')
    expect(await process.ended).toBe(0)
  })

  test('cuts off what is not answered at the end of its time', async () => {
    const web = await setupWeb()
    const accounts = await holdAccounts(web)
    const running = web.send('/v1/accounts/acct_a/balance')
    const refused = expect(running).rejects.toThrow('fetch failed')
    await accounts.untilWaiting()

    const stopped = web.web.stop(1)
    await refused
    await accounts.letGo()
    await stopped
  })
})

test('a client that goes away in the middle of a file is no fault', async () => {
  const web = await setupWeb()
  await web.charge(Array.from({ length: 3_000 }, (_, n) => callRecord({ id: `call-${n}` })))
  const aborted = new AbortController()
  const answer = await web.send('/v1/accounts/acct_a/entries', {
    headers: { accept: 'text/csv' },
    signal: aborted.signal,
  })
  await answer.body?.getReader().read()
  aborted.abort()
  await web.logged.line('stream closed prematurely')
  expect((await problemAt(web, '/v1/accounts/acct_a/balance')).status).toBe(200)
})
