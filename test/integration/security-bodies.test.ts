import { expect, test } from 'vitest'
import { z } from 'zod'
import { routes } from '../../web/routes/index.ts'
import { openSession } from '../support/page-session.ts'
import { addressOf } from '../support/route-address.ts'
import { type Json, setupWeb } from '../support/web.ts'

const takesJson = routes.filter(({ body }) => body !== undefined && 'application/json' in body)

test('no call takes over fields of a body that it does not name', () => {
  for (const { method, path, body } of takesJson) {
    const schema = body?.['application/json']
    if (schema)
      expect(openObjects(z.toJSONSchema(schema, { unrepresentable: 'any' })), `${method} ${path}`).toEqual([])
  }
})

/** Where a JSON schema lets fields pass that it does not name, as a path; maps of values are meant to. */
function openObjects(schema: Json, at = 'body'): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const isOpen = 'properties' in schema && schema.additionalProperties !== false
  return [
    ...(isOpen ? [at] : []),
    ...Object.entries(schema).flatMap(([key, value]) => openObjects(value, `${at}.${key}`)),
  ]
}

test('what a customer adds to settings changes nothing of the account', async () => {
  const web = await setupWeb()
  const { send } = await openSession(web)
  const before = await web.db.selectFrom('accounts').selectAll().where('id', '=', 'acct_a').execute()
  const answer = await send('/v1/accounts/acct_a/recharge-settings', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      enabled: false,
      amount: '75',
      threshold: '20',
      account: 'acct_b',
      account_id: 'acct_b',
      balance: '1000',
      balance_micros: '1000000000',
      status: 'active',
      role: 'operator',
      is_admin: true,
      __proto__: { enabled: true },
      constructor: { prototype: { enabled: true } },
    }),
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ enabled: false, amount: '75.000000', pausedReason: null })
  const [was] = before
  const after = await web.db.selectFrom('accounts').selectAll().where('id', '=', 'acct_a').executeTakeFirst()
  expect(after).toMatchObject({
    balance_micros: was?.balance_micros,
    status: was?.status,
    entry_seq: was?.entry_seq,
  })
})

test('bodies that are too large, too deep or no JSON are refused by every call, and the next request is answered', async () => {
  const web = await setupWeb()
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const bodies: readonly (readonly [string, string, number])[] = [
    ['too large', `"${'x'.repeat(5 * 1_048_576)}"`, 413],
    ['too deep', deep, 400],
    ['cut off', '{"amount": "1', 400],
    ['no object', 'null', 400],
    ['a number', '12', 400],
    ['a list', '[]', 400],
  ]
  for (const { method, path } of takesJson) {
    for (const [what, body, status] of bodies) {
      const answer = await web.send(addressOf(path, 'acct_a'), {
        method,
        body,
        headers: { 'content-type': 'application/json', 'idempotency-key': web.deps.newId() },
      })
      // Below an account there is nothing at these addresses, which may be found out first.
      expect([status, 404, 503], `${method} ${path}: ${what}`).toContain(answer.status)
      await answer.body?.cancel()
    }
  }
  expect((await web.send('/v1/accounts/acct_a/balance')).status).toBe(200)
})

test('no answer has a header that came out of its address', async () => {
  const web = await setupWeb()
  const planted = 'acct_a%0d%0aset-cookie:%20planted=1%0d%0a'
  for (const { method, path } of routes) {
    const answer = await web.send(addressOf(path, planted), { method, redirect: 'manual' })
    expect(answer.headers.get('set-cookie') ?? '', `${method} ${path}`).not.toContain('planted')
    await answer.body?.cancel()
  }
})

test('nobody is sent to another site', async () => {
  const web = await setupWeb()
  for (const path of [
    '/billing?next=https://evil.example',
    '/billing?token=https://evil.example',
    '//evil.example',
  ]) {
    const answer = await fetch(web.web.url + path, { redirect: 'manual' })
    expect([null, '/billing/'], path).toContain(answer.headers.get('location'))
  }
})
