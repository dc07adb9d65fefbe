import { describe, expect, test } from 'vitest'
import { disableOperator } from '../../db/operators.ts'
import { createOperator, resetPassword } from '../../web/ops/operator-accounts.ts'
import { opsPages } from '../../web/ops/ops-pages.ts'
import { openOperatorBrowser, postLogin } from '../support/operators.ts'
import { type Json, setupWeb } from '../support/web.ts'

/** An address for each page, and what Bull Board serves. */
const ADDRESSES = [
  ...opsPages.map(({ method, path }) => ({ method, path: `/ops${path.replaceAll(/:\w+/g, 'x')}` })),
  { method: 'GET', path: '/ops/queues' },
  { method: 'GET', path: '/ops/queues/' },
  { method: 'GET', path: '/ops/queues/api/queues' },
  { method: 'GET', path: '/ops/queues/static/favicon.ico' },
  { method: 'PUT', path: '/ops/queues/api/queues/mail/pause' },
  { method: 'POST', path: '/ops/queues/api/queues/topup/add' },
  { method: 'PUT', path: '/ops/queues/api/queues/topup/1/retry/failed' },
]

describe('who is no operator gets the answer of an address that does not exist:', () => {
  test('nobody, a service key with every scope, and a cookie that is none', async () => {
    const { web, key } = await setupWeb()
    const nowhere = await fetch(`${web.url}/no/such/address`)
    const expected = { ...((await nowhere.json()) as Json), requestId: expect.any(String) }
    const headers: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${key}` },
      { cookie: `rl_operator=${'x'.repeat(43)}` },
    ]
    for (const { method, path } of ADDRESSES) {
      for (const one of headers) {
        const answer = await fetch(web.url + path, { method, headers: one })
        expect({ path, status: answer.status, body: await answer.json() }).toEqual({
          path,
          status: 404,
          body: expected,
        })
      }
    }
  })

  test('an operator who was logged out, disabled, or given another password', async () => {
    const web = await setupWeb()
    const [support, admin] = [
      await openOperatorBrowser(web, 'support'),
      await openOperatorBrowser(web, 'admin'),
    ]
    expect((await support.send('')).status).toBe(200)
    await disableOperator(web.db, 'op-support', web.clock.now())
    expect((await support.send('')).status).toBe(404)
    expect((await postLogin(web, { user: 'op-support', password: support.password })).status).toBe(401)

    expect((await admin.send('')).status).toBe(200)
    await resetPassword(web.db, 'op-admin')
    expect((await admin.send('')).status).toBe(404)
    expect((await postLogin(web, { user: 'op-admin', password: admin.password })).status).toBe(401)
  })

  test('an operator after eight hours', async () => {
    const web = await setupWeb()
    const browser = await openOperatorBrowser(web)
    web.clock.advance(8 * 3_600_000 - 1)
    expect((await browser.send('')).status).toBe(200)
    web.clock.advance(1)
    expect((await browser.send('')).status).toBe(404)
  })
})

describe('a log-in', () => {
  test('gives a cookie that scripts and other sites cannot use, and that is kept as a hash', async () => {
    const web = await setupWeb()
    const password = (await createOperator(web.db, { name: 'ann', role: 'admin' }, web.clock)) ?? ''
    const brought = `rl_operator=${'a'.repeat(43)}`
    const answer = await postLogin(web, { user: 'Ann', password }, { cookie: brought })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^rl_operator=[\w-]{43}; Path=\/ops; Max-Age=28800; HttpOnly; SameSite=Strict$/)
    expect(cookie).not.toContain(brought)
    const stored = await web.db.selectFrom('operator_sessions').select('token_sha256').execute()
    expect(stored.map((row) => row.token_sha256.toString('latin1'))).not.toContain(cookie.slice(12, 55))
  })

  test('is refused alike for a wrong password and an operator that does not exist', async () => {
    const web = await setupWeb()
    await createOperator(web.db, { name: 'ann', role: 'admin' }, web.clock)
    const wrong = await postLogin(web, { user: 'ann', password: 'guess' })
    const nobody = await postLogin(web, { user: 'nobody', password: 'guess' })
    expect([wrong.status, nobody.status]).toEqual([401, 401])
    expect(await wrong.text()).toBe(await nobody.text())
  })

  test('is not looked at after five refusals, for a quarter of an hour', async () => {
    const web = await setupWeb()
    const password = (await createOperator(web.db, { name: 'ann', role: 'admin' }, web.clock)) ?? ''
    for (let tries = 0; tries < 5; tries++) {
      expect((await postLogin(web, { user: 'ann', password: `guess ${tries}` })).status).toBe(401)
    }
    expect((await postLogin(web, { user: 'ann', password })).status).toBe(429)
    web.clock.advance(15 * 60_000)
    expect((await postLogin(web, { user: 'ann', password })).status).toBe(303)
  })

  test('from a page of another site is refused', async () => {
    const web = await setupWeb()
    const password = (await createOperator(web.db, { name: 'ann', role: 'admin' }, web.clock)) ?? ''
    const fields = { user: 'ann', password }
    expect((await postLogin(web, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(401)
    expect((await postLogin(web, fields, { origin: 'https://evil.example' })).status).toBe(401)
  })
})

describe('an action', () => {
  const action = '/unrated/no_rate'

  test('needs the token of its session, from a page of ours', async () => {
    const web = await setupWeb()
    const browser = await openOperatorBrowser(web)
    const post = async (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      (await browser.send(action, { method: 'POST', body: new URLSearchParams(fields), headers })).status
    const csrf = /name="csrf" value="([^"]+)"/.exec(await browser.page(''))?.[1] ?? ''
    expect(await post({})).toBe(403)
    expect(await post({ csrf: `${csrf.slice(0, -1)}~` })).toBe(403)
    expect(await post({ csrf }, { 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await post({ csrf })).toBe(404) // taken: nothing of this reason waits
  })

  test('is not for those who may only look', async () => {
    const web = await setupWeb()
    const browser = await openOperatorBrowser(web, 'support')
    const csrf = /name="csrf" value="([^"]+)"/.exec(await browser.page(''))?.[1] ?? ''
    for (const { method, path } of opsPages) {
      if (method !== 'POST') continue
      const answer = await browser.send(path.replaceAll(/:\w+/g, 'x'), {
        method,
        body: new URLSearchParams({ csrf }),
      })
      expect({ path, status: answer.status }).toEqual({ path, status: 403 })
    }
  })
})

test('a log-out ends the session', async () => {
  const web = await setupWeb()
  const browser = await openOperatorBrowser(web)
  const csrf = /name="csrf" value="([^"]+)"/.exec(await browser.page(''))?.[1] ?? ''
  const answer = await browser.send('/logout', { method: 'POST', body: new URLSearchParams({ csrf }) })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops/login'])
  expect((await browser.send('')).status).toBe(404)
})
