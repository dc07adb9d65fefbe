import { describe, expect, test } from 'vitest'
import { revokeServiceKey } from '../../db/service-keys.ts'
import { routes } from '../../web/routes/index.ts'
import { issueServiceKey, SCOPES } from '../../web/service-key.ts'
import { addressOf } from '../support/route-address.ts'
import { callRecord } from '../support/usage.ts'
import { setupWeb } from '../support/web.ts'

const guarded = routes.filter(({ scope }) => scope !== null)
const ofAccounts = routes.filter(({ path }) => path.includes(':account'))

describe('every call that needs a scope', () => {
  test('refuses a request without a key that is in force', async () => {
    const { web, issueKey, db, clock } = await setupWeb()
    const revoked = await issueKey('former', SCOPES)
    expect(await revokeServiceKey(db, 'former', clock.now())).toBe(true)
    const unknown = `rl_${'x'.repeat(43)}`
    for (const { method, path } of guarded) {
      for (const [authorization, detail] of [
        ['', 'send a service key as Authorization: Bearer <key>'],
        [`Basic ${revoked}`, 'send a service key as Authorization: Bearer <key>'],
        ['Bearer', 'send a service key as Authorization: Bearer <key>'],
        [`Bearer ${unknown}`, 'the service key is unknown or was revoked'],
        [`Bearer ${revoked}`, 'the service key is unknown or was revoked'],
        [`Bearer ${revoked.slice(0, -1)}`, 'the service key is unknown or was revoked'],
      ] as const) {
        const answer = await fetch(web.url + addressOf(path, 'acct_a'), {
          method,
          headers: { authorization },
        })
        expect(answer.status, `${method} ${path} ${authorization}`).toBe(401)
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
        expect(await answer.json()).toMatchObject({ type: '/problems/unauthorized', status: 401, detail })
      }
    }
  })

  test('refuses a key with every scope but this one, and takes one with this one alone', async () => {
    const { send, issueKey } = await setupWeb()
    for (const { method, path, scope } of guarded) {
      const request = async (name: string, scopes: (typeof SCOPES)[number][]) => {
        const authorization = `bearer ${await issueKey(`${method} ${path} ${name}`, scopes)}`
        return await send(addressOf(path, 'acct_a'), { method, headers: { authorization } })
      }
      const refused = await request(
        'others',
        SCOPES.filter((other) => other !== scope),
      )
      expect(refused.status, path).toBe(403)
      expect(await refused.json()).toMatchObject({ type: '/problems/missing-scope', scope })

      const taken = await request(
        'alone',
        SCOPES.filter((one) => one === scope),
      )
      expect([401, 403], path).not.toContain(taken.status)
    }
  })
})

test('a name has one key in force at a time', async () => {
  const { db, clock, deps, issueKey } = await setupWeb()
  await issueKey('crm', ['read'])
  expect(await issueServiceKey(db, { name: 'crm', scopes: ['read'] }, deps)).toBeNull()

  expect(await revokeServiceKey(db, 'crm', clock.now())).toBe(true)
  expect(await revokeServiceKey(db, 'crm', clock.now())).toBe(false)
  expect(await issueServiceKey(db, { name: 'crm', scopes: ['read'] }, deps)).toMatch(/^rl_[\w-]{43}$/)
})

test('a key is not stored, only its hash', async () => {
  const { db, key } = await setupWeb()
  const stored = await db.selectFrom('service_keys').selectAll().execute()
  expect(stored).toHaveLength(1)
  expect(stored[0]?.secret_sha256).toHaveLength(32)
  expect(JSON.stringify(stored)).not.toContain(key)
})

describe('every call about an account', () => {
  test('knows nothing of an account that does not exist or cannot', async () => {
    const { send } = await setupWeb()
    for (const { method, path } of ofAccounts) {
      for (const account of ['nobody', 'a.b', '%00', 'a%2Fb', 'x'.repeat(65), 'x'.repeat(5_000), "a'--"]) {
        const answer = await send(addressOf(path, account), { method })
        expect(answer.status, `${method} ${path} ${account.slice(0, 9)}`).toBe(404)
        expect(await answer.json()).toMatchObject({ type: '/problems/unknown-account', status: 404 })
      }
    }
  })

  test('answers nothing of another account', async () => {
    const { charge, send } = await setupWeb()
    await charge(
      ['acct_a', 'acct_b'].map((account) => callRecord({ account, tags: { owner: `only-${account}` } })),
    )
    for (const { method, path } of ofAccounts.filter((route) => route.method === 'GET')) {
      for (const [account, other] of [
        ['acct_a', 'acct_b'],
        ['acct_b', 'acct_a'],
      ] as const) {
        const answer = await send(addressOf(path, account), { method })
        expect([200, 404], path).toContain(answer.status)
        expect(await answer.text(), path).not.toContain(other)
      }
    }
  })
})

test('an address answers 405 to methods it does not take, before any key or body', async () => {
  const { web } = await setupWeb()
  for (const path of new Set(routes.map((route) => route.path))) {
    const taken = routes.filter((route) => route.path === path).map(({ method }) => method)
    const allowed = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
      (one) => !allowed.includes(one),
    )) {
      const answer = await fetch(web.url + addressOf(path, 'acct_a'), { method })
      expect(answer.status, `${method} ${path}`).toBe(405)
      expect(answer.headers.get('allow')).toBe(allowed.join(', '))
      expect(await answer.json()).toMatchObject({ type: '/problems/method-not-allowed' })
    }
  }
})

test('an address that is none answers 404, whatever its body, and one that cannot be read 400', async () => {
  const { send } = await setupWeb()
  for (const path of ['/', '/v1', '/v1/accounts/acct_a', '/V1/usage', '/v1/usage/']) {
    const answer = await send(path, { method: 'POST', body: '{', headers: { 'content-type': 'text/x' } })
    expect(await answer.json(), path).toMatchObject({ type: '/problems/not-found', status: 404 })
  }
  expect(await (await send('/v1/accounts/%zz/balance')).json()).toMatchObject({
    status: 400,
    type: '/problems/bad-request',
  })
})

test('every answer forbids sniffing, storing and framing, and has an id', async () => {
  const { send } = await setupWeb()
  for (const path of [
    '/healthz',
    '/v1/accounts/acct_a/balance',
    '/nowhere',
    '/v1/accounts/%zz/balance',
    '/metrics',
  ]) {
    const { headers } = await send(path)
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('cache-control'), path).toBe('no-store')
    expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
    expect(headers.get('x-request-id'), path).toMatch(/^[\da-f-]{36}$/)
  }
})

test('a log has the pattern and the outcome of each request, and no key, number, address or body', async () => {
  const { send, post, get, key, logged, charge } = await setupWeb()
  await charge([callRecord()])
  await post(
    '/v1/usage',
    JSON.stringify({ v: 1, records: [callRecord({ tags: { marker: 'in-the-body' } })] }),
  )
  await post('/v1/usage', '{"to": "+14155550199", "marker": "in-the-body"')
  await get('/v1/accounts/acct_a/entries?from=%2B14155550199')
  await get('/nowhere/+14155550199')
  await send('/v1/accounts/acct_a/balance', {
    headers: { authorization: `Bearer ${key}x`, cookie: 'marker=in-a-cookie' },
  })

  const text = JSON.stringify(logged.lines)
  for (const secret of [key, '4155550199', 'in-the-body', 'in-a-cookie', 'acct_a'])
    expect(text).not.toContain(secret)
  const done = logged.lines.filter(({ msg }) => msg === 'request done')
  expect(done.map(({ method, route, status, key: name }) => [method, route, status, name])).toEqual([
    ['POST', '/v1/usage', 202, 'everything'],
    ['POST', '/v1/usage', 400, 'everything'],
    ['GET', '/v1/accounts/:account/entries', 400, 'everything'],
    ['GET', 'none', 404, undefined],
    ['GET', '/v1/accounts/:account/balance', 401, undefined],
  ])
})

test('the OpenAPI document names every call with its scope', async () => {
  const { get } = await setupWeb()
  const document = await get('/v1/openapi.json')
  expect(document.openapi).toBe('3.1.0')
  for (const { method, path, scope, customers } of routes) {
    const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')][method.toLowerCase()]
    expect(operation.security, path).toEqual([
      ...(scope === null ? [] : [{ serviceKey: [scope] }]),
      ...(customers ? [{ session: [] }] : []),
    ])
    expect(Object.keys(operation.responses).join(' '), path).toMatch(/^(20[0-4]|303) .*500 503 default$/)
  }
  expect(
    document.paths['/v1/accounts/{account}/entries'].get.parameters.map(({ name }: { name: string }) => name),
  ).toEqual(['account', 'from', 'to', 'show', 'item', 'number', 'callId', 'cursor', 'limit'])
})

test('answers have the shape that the OpenAPI document gives them', async () => {
  const { charge, adjustBy, send, post } = await setupWeb()
  await charge([callRecord({ tags: { agent: 'kim' } })])
  await adjustBy('a1', '25')
  for (const route of routes.filter(
    ({ method, path, answers }) =>
      method === 'GET' && path !== '/v1/session' && 'application/json' in answers.content,
  )) {
    const answer = await send(addressOf(route.path, 'acct_a'))
    if (answer.ok) route.answers.content['application/json']?.parse(await answer.json())
    else expect(answer.status, route.path).toBe(route.query.safeParse({}).success ? 404 : 400)
  }
  const usage = routes.find(({ path }) => path === '/v1/usage')
  const body = { v: 1, records: [callRecord(), callRecord({ id: 'fax', to: 'fax' })] }
  usage?.body?.['application/json']?.parse(body)
  usage?.answers.content['application/json']?.parse((await post('/v1/usage', JSON.stringify(body))).body)
})
