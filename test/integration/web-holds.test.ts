import { describe, expect, test } from 'vitest'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const ASK = {
  requestId: 'r1',
  account: 'acct_a',
  item: 'phone_call',
  kind: 'outbound',
  from: '+12025550123',
  to: '+14155550199',
}

/** A server with 5 USD on acct_a, at a cent a second. */
async function setupAsking() {
  const web = await setupWeb()
  await web.adjustBy('credit', '5')
  const send = async (method: string, path: string, body?: unknown) => {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_TYPE }
    const answer = await web.send(path, { method, ...json })
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as Json }
  }
  return {
    ...web,
    call: send,
    ask: (fields: object = {}) => send('POST', '/v1/holds', { ...ASK, ...fields }),
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

const balanceOf = (web: Pick<Web, 'get'>) => web.get('/v1/accounts/acct_a/balance')

describe('a hold over HTTP', () => {
  test('is asked for, extended and released, and the balance shows what is held', async () => {
    const web = await setupAsking()
    expect(await web.ask()).toEqual({
      status: 201,
      body: {
        id: 'acct_a.r1',
        granted: true,
        seconds: 300,
        amount: '3.000000',
        expiresAt: '2026-03-02T12:08:00.000Z',
        extendBefore: '2026-03-02T12:04:30.000Z',
        warn: false,
        warnAt: null,
      },
    })
    expect(await balanceOf(web)).toMatchObject({
      balance: '5.000000',
      held: '3.000000',
      available: '2.000000',
    })
    expect(
      await web.call('POST', '/v1/holds/acct_a.r1/extend', { requestId: 'e1', seconds: 200 }),
    ).toMatchObject({
      status: 201,
      body: { id: 'acct_a.r1', granted: true, seconds: 500, amount: '5.000000' },
    })
    expect(await balanceOf(web)).toMatchObject({
      available: '0.000000',
      service: 'stopped',
      reason: 'no_credit',
    })
    expect(await web.call('POST', '/v1/holds/acct_a.r1/extend', { requestId: 'e2' })).toEqual({
      status: 200,
      body: { granted: false, reason: 'insufficient_funds' },
    })
    expect(await web.call('DELETE', '/v1/holds/acct_a.r1')).toEqual({ status: 204, body: null })
    expect(await web.call('DELETE', '/v1/holds/acct_a.r1')).toEqual({ status: 204, body: null })
    expect(await balanceOf(web)).toMatchObject({ held: '0.000000', available: '5.000000', service: 'active' })
  })

  test('that is refused is answered with 200 and the reason', async () => {
    const web = await setupAsking()
    expect(await web.ask({ to: '+19005550199' })).toEqual({
      status: 200,
      body: { granted: false, reason: 'destination_blocked' },
    })
    expect(await web.ask({ account: 'acct_b' })).toEqual({
      status: 200,
      body: { granted: false, reason: 'insufficient_funds' },
    })
  })

  test('of an emergency call is granted, extended and released for any account', async () => {
    const web = await setupAsking()
    const { status, body } = await web.ask({ account: 'nobody', to: '911' })
    expect([status, body.granted, body.amount, body.seconds]).toEqual([201, true, '0.000000', 86_400])
    const path = `/v1/holds/${body.id}`
    expect((await web.call('POST', `${path}/extend`, { requestId: 'e1' })).status).toBe(201)
    expect((await web.call('DELETE', path)).status).toBe(204)
  })

  test.each(['away', 'silent'])('of an emergency call is granted while the database is %s', async (fault) => {
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof startTcpProxy>>>()
    const web = await setupWeb(undefined, async ({ databaseUrl }) => {
      const proxy = await startTcpProxy(databaseUrl)
      resolve(proxy)
      return { databaseUrl: proxy.through(databaseUrl) }
    })
    const proxy = await promise
    const ask = async (to: string) =>
      await web.send('/v1/holds', {
        method: 'POST',
        body: JSON.stringify({ ...ASK, to }),
        headers: JSON_TYPE,
      })
    expect((await ask('+14155550199')).status).toBe(200)
    if (fault === 'away') await proxy.close()
    else proxy.blackhole()
    const answer = await ask('911')
    expect([answer.status, await answer.json()]).toMatchObject([201, { granted: true, amount: '0.000000' }])
    if (fault === 'away') expect((await ask('+14155550198')).status).toBe(503)
  })

  test('needs a key with the scope holds', async () => {
    const web = await setupAsking()
    const authorization = `Bearer ${await web.issueKey('reader', ['read', 'usage', 'manage'])}`
    for (const [method, path] of [
      ['POST', '/v1/holds'],
      ['POST', '/v1/holds/batch'],
      ['POST', '/v1/holds/acct_a.r1/extend'],
      ['DELETE', '/v1/holds/acct_a.r1'],
    ] as const) {
      expect((await web.send(path, { method, headers: { authorization } })).status).toBe(403)
    }
  })
})

describe('many asks at once', () => {
  test('are answered in their order, each by itself', async () => {
    const web = await setupAsking()
    const asks = [
      ASK,
      { ...ASK, to: 'x', seconds: 0 },
      { ...ASK, requestId: 'r2', account: 'nobody' },
      { ...ASK, requestId: 'r3' },
      { ...ASK, seconds: 10 },
      { ...ASK, requestId: 'r4' },
    ]
    const { status, body } = await web.call('POST', '/v1/holds/batch', { asks })
    expect(status).toBe(200)
    expect(body.answers).toMatchObject([
      { id: 'acct_a.r1', granted: true, seconds: 300 },
      { type: '/problems/invalid-value', status: 400, faults: [{ field: 'to' }, { field: 'seconds' }] },
      { type: '/problems/unknown-account', status: 404 },
      { id: 'acct_a.r3', granted: true, seconds: 200 },
      { type: '/problems/hold-conflict', status: 409 },
      { granted: false, reason: 'insufficient_funds' },
    ])
  })

  test.each([[[]], [Array.from({ length: 101 }, () => ASK)], ['r1']])(
    'are 1 to 100 in an array, or refused as a whole',
    async (asks) => {
      const web = await setupAsking()
      const { status, body } = await web.call('POST', '/v1/holds/batch', { asks })
      expect([status, body.field]).toEqual([400, 'asks'])
    },
  )
})

describe('refused by name is', () => {
  test.each([
    ['an account that there is not', { account: 'nobody' }, 404, 'unknown-account'],
    ['a malformed number', { to: '4155550199' }, 400, 'invalid-value'],
    ['absurd seconds', { seconds: 1e12 }, 400, 'invalid-value'],
    ['negative seconds', { seconds: -1 }, 400, 'invalid-value'],
  ])('%s', async (_, change, status, kind) => {
    const web = await setupAsking()
    expect(await web.ask(change)).toMatchObject({ status, body: { type: `/problems/${kind}` } })
    expect(await balanceOf(web)).toMatchObject({ held: '0.000000' })
  })

  test.each(['acct_a.never', 'nobody.r1', 'acct_a', '.r1', 'acct_a.%20', `acct_a.${'r'.repeat(500)}`])(
    'the hold %s',
    async (id) => {
      const web = await setupAsking()
      const unknown = { status: 404, body: { type: '/problems/unknown-hold' } }
      expect(
        await web.call('POST', `/v1/holds/${id}/extend`, { requestId: 'e1', seconds: 60 }),
      ).toMatchObject(unknown)
      expect(await web.call('DELETE', `/v1/holds/${id}`)).toMatchObject(unknown)
    },
  )

  test.each([
    [{ seconds: 60 }, 'requestId'],
    [{ requestId: 'a b', seconds: 60 }, 'requestId'],
    [{ requestId: 'e1', seconds: 0 }, 'seconds'],
    [{ requestId: 'e1', seconds: 7_201 }, 'seconds'],
    [{ requestId: 'e1', seconds: '60' }, 'seconds'],
  ])('an extension of %j', async (body, field) => {
    const web = await setupAsking()
    await web.ask()
    expect(await web.call('POST', '/v1/holds/acct_a.r1/extend', body)).toMatchObject({
      status: 400,
      body: { field },
    })
  })

  test('an ask of the same request id and other content', async () => {
    const web = await setupAsking()
    await web.ask()
    expect(await web.ask({ seconds: 60 })).toMatchObject({
      status: 409,
      body: { type: '/problems/hold-conflict', field: 'requestId' },
    })
  })

  test('an extension after the end, with how it ended', async () => {
    const web = await setupAsking()
    await web.ask()
    await web.call('DELETE', '/v1/holds/acct_a.r1')
    expect(await web.call('POST', '/v1/holds/acct_a.r1/extend', { requestId: 'e1' })).toMatchObject({
      status: 409,
      body: { type: '/problems/hold-ended', state: 'released' },
    })
  })

  test('an extension of what is no call', async () => {
    const web = await setupAsking()
    await web.ask({ item: 'outgoing_text', kind: undefined })
    expect(await web.call('POST', '/v1/holds/acct_a.r1/extend', { requestId: 'e1' })).toMatchObject({
      status: 409,
      body: { type: '/problems/hold-not-extended' },
    })
  })
})
