import { expect, test } from 'vitest'
import type { RateLimits } from '../../config/page-config.ts'
import { openSession } from '../support/page-session.ts'
import { setupWeb } from '../support/web.ts'

const BALANCE = '/v1/accounts/acct_a/balance'

const withLimits = (rateLimits: Partial<RateLimits>) =>
  setupWeb(undefined, ({ page }) =>
    Promise.resolve({ page: { ...page, rateLimits: { ...page.rateLimits, ...rateLimits } } }),
  )

async function statusesOf(count: number, ask: () => Promise<Response>): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < count; n++) {
    const answer = await ask()
    statuses.push(answer.status)
    await answer.body?.cancel()
  }
  return statuses
}

test('a key that asks too often is told when to ask again, and no other one is', async () => {
  const { send, issueKey } = await withLimits({ key: 3 })
  expect(await statusesOf(5, () => send(BALANCE))).toEqual([200, 200, 200, 429, 429])

  const refused = await send(BALANCE)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({
    type: '/problems/too-many-requests',
    status: 429,
    detail: 'more than 3 requests within a minute',
  })
  const authorization = `Bearer ${await issueKey('other', ['read'])}`
  expect((await send(BALANCE, { headers: { authorization } })).status).toBe(200)
})

test('usage and holds have a limit of their own', async () => {
  const { post, send } = await withLimits({ key: 1, stream: 2 })
  const usage = () => post('/v1/usage', '{"v":1,"records":[]}')
  expect([(await usage()).status, (await usage()).status, (await usage()).status]).toEqual([202, 202, 429])
  expect((await send(BALANCE)).status).toBe(200)
})

test('a session that asks too often does not slow down another one', async () => {
  const web = await withLimits({ session: 3 })
  const busy = await openSession(web)
  // Its first request was made when it opened.
  expect(await statusesOf(3, () => busy.send(BALANCE))).toEqual([200, 200, 429])
  const other = await openSession(web, { role: 'viewer' })
  expect((await other.send(BALANCE)).status).toBe(200)
})

test('guesses of keys, and visits without one, are limited by network address; probes and signed webhooks are not', async () => {
  const { web, send } = await withLimits({ address: 3 })
  const guess = () => fetch(web.url + BALANCE, { headers: { authorization: `Bearer rl_${'x'.repeat(43)}` } })
  expect(await statusesOf(5, guess)).toEqual([401, 401, 401, 429, 429])
  expect((await fetch(`${web.url}/v1/openapi.json`)).status).toBe(429)
  expect((await fetch(`${web.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${web.url}/webhooks/stripe`, { method: 'POST' })).status).toBe(503)
  expect((await send(BALANCE)).status).toBe(200)
})

test('a proxy that is trusted says for whom it asks, and no other one', async () => {
  const from = async (trustedProxies: readonly string[]) => {
    const { web } = await setupWeb(undefined, ({ page }) =>
      Promise.resolve({
        page: { ...page, trustedProxies, rateLimits: { ...page.rateLimits, address: 1 } },
      }),
    )
    return [1, 2].map(
      (client) => () =>
        fetch(`${web.url}/v1/openapi.json`, { headers: { 'x-forwarded-for': `203.0.113.${client}` } }),
    )
  }
  for (const [proxies, statuses] of [
    [['loopback'], [200, 200]],
    [['10.0.0.0/8'], [200, 429]],
    [[], [200, 429]],
  ] as const) {
    const found: number[] = []
    for (const ask of await from(proxies)) found.push(...(await statusesOf(1, ask)))
    expect(found, proxies.join()).toEqual(statuses)
  }
})
