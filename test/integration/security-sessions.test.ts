import { createPublicKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it, test } from 'vitest'
import {
  openSession,
  PAGE_TOKEN_KEYS,
  pageClaims,
  SIGNING_KEYS,
  signPageToken,
} from '../support/page-session.ts'
import { setupWeb, type Web } from '../support/web.ts'

const HOUR_MS = 3_600_000

const open = ({ web }: Web, token: string, headers: Record<string, string> = {}) =>
  fetch(`${web.url}/billing?token=${token}`, { redirect: 'manual', headers })

describe('a token of the CRM', () => {
  it.each(['crm-1', 'crm-2'] as const)(
    'signed by %s is exchanged for a session, and leaves the address',
    async (kid) => {
      const web = await setupWeb()
      const answer = await open(web, await signPageToken(pageClaims(web), kid))

      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/billing/'])
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(
          /^ringledger_session=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict$/,
        ),
      ])
    },
  )

  it('opens the page of its account, in its role', async () => {
    const web = await setupWeb()
    const { session, send } = await openSession(web, { account: 'acct_b', role: 'viewer' })

    expect(session).toEqual({
      account: 'acct_b',
      role: 'viewer',
      name: 'Kim Lee',
      timeZone: 'America/New_York',
      currency: 'USD',
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: '2026-03-02T20:00:00.000Z',
      stripe: null,
    })
    expect((await send('/v1/accounts/acct_b/balance')).status).toBe(200)
  })

  it('is used once, whoever uses it at the same moment', async () => {
    const web = await setupWeb()
    const token = await signPageToken(pageClaims(web))
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(web, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(7).fill(401)])
    expect((await open(web, token)).status).toBe(401)
  })

  it('is not used up by a program that looks at the address alone', async () => {
    const web = await setupWeb()
    const token = await signPageToken(pageClaims(web))
    await fetch(`${web.web.url}/billing?token=${token}`, { method: 'HEAD', redirect: 'manual' })
    expect((await open(web, token)).status).toBe(303)
  })

  it('is refused with a page that says what to do and nothing of why', async () => {
    const web = await setupWeb()
    const sound = await signPageToken(pageClaims(web))
    const texts = new Set<string>()
    for (const [what, token] of Object.entries(await forgedTokens(web))) {
      const answer = await open(web, token)
      expect([what, answer.status]).toEqual([what, 401])
      expect(answer.headers.getSetCookie(), what).toEqual([])
      texts.add(await answer.text())
    }
    expect(texts.size).toBe(1)
    expect([...texts][0]).toContain('open billing from there once more')
    expect(JSON.stringify(web.logged.lines)).not.toContain(sound.split('.')[2])
    expect((await open(web, sound)).status).toBe(303)
  })
})

/** Tokens that open nothing, by what is wrong with them. */
async function forgedTokens(web: Web): Promise<Record<string, string>> {
  const nowSeconds = Math.floor(web.clock.now().getTime() / 1_000)
  const [, eddsa] = PAGE_TOKEN_KEYS
  const publicPem = createPublicKey(SIGNING_KEYS['crm-2']).export({ type: 'spki', format: 'pem' })
  const sign = (claims: Record<string, unknown>) => signPageToken(pageClaims(web, claims))
  const signAs = (head: { alg: string; kid: string }, key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT(pageClaims(web)).setProtectedHeader(head).sign(key)
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const sound = await sign({})
  const [head, payload] = sound.split('.')
  return {
    'no token': '',
    'no JWT': 'a.b.c',
    'alg none': `${encode({ alg: 'none', kid: 'crm-1' })}.${payload}.`,
    'alg None without a key id': `${encode({ alg: 'None' })}.${payload}.`,
    'no signature': `${head}.${payload}.`,
    'other claims than those signed': `${head}.${encode(pageClaims(web, { account: 'acct_b' }))}.${sound.split('.')[2]}`,
    'an unknown key id': await signAs({ alg: 'HS256', kid: 'crm-9' }, SIGNING_KEYS['crm-1']),
    'a secret that is not ours': await signAs({ alg: 'HS256', kid: 'crm-1' }, Buffer.alloc(32, 8)),
    'the public key as a secret': await signAs(
      { alg: 'HS256', kid: eddsa?.id ?? '' },
      Buffer.from(publicPem),
    ),
    'the secret under another algorithm': await signAs({ alg: 'HS512', kid: 'crm-1' }, Buffer.alloc(64, 7)),
    expired: await sign({ exp: nowSeconds - 1 }),
    'expired just now': await sign({ exp: nowSeconds }),
    'valid for too long': await sign({ exp: nowSeconds + 301 }),
    'no expiry': await sign({ exp: undefined }),
    'an expiry in words': await sign({ exp: 'tomorrow' }),
    'made in the future': await sign({ iat: nowSeconds + 120 }),
    'not valid yet': await sign({ nbf: nowSeconds + 30 }),
    'no id': await sign({ jti: undefined }),
    'no person': await sign({ sub: undefined }),
    'a person with a line break': await sign({ sub: 'kim\nadmin' }),
    'no name': await sign({ name: '' }),
    'an unknown role': await sign({ role: 'admin' }),
    'no account': await sign({ account: undefined }),
    'an account that cannot be': await sign({ account: '../acct_b' }),
    'an account that there is not': await sign({ account: 'nobody' }),
  }
}

describe('a session', () => {
  test('has a new secret each time, whatever the browser had before, and ends the one it had', async () => {
    const web = await setupWeb()
    const planted = `ringledger_session=${'x'.repeat(43)}`
    const first = await open(web, await signPageToken(pageClaims(web)), { cookie: planted })
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect(cookie).not.toBe(planted)
    const session = (sent: string) => fetch(`${web.web.url}/v1/session`, { headers: { cookie: sent } })
    expect((await session(planted)).status).toBe(401)
    expect((await session(cookie)).status).toBe(200)

    const second = await open(web, await signPageToken(pageClaims(web)), { cookie })
    expect(second.headers.getSetCookie()[0]).not.toContain(cookie)
    expect((await session(cookie)).status).toBe(401)
  })

  test('ends when its customer leaves', async () => {
    const web = await setupWeb()
    const { send } = await openSession(web)
    const left = await send('/v1/session', { method: 'DELETE' })
    expect([left.status, left.headers.getSetCookie()[0]]).toEqual([
      204,
      expect.stringMatching(/^ringledger_session=; Max-Age=0/),
    ])
    expect(await (await send('/v1/session')).json()).toMatchObject({
      status: 401,
      detail: 'the session has ended: open billing from the CRM again',
    })
  })

  test('ends after an hour without use, and after 8 hours whatever happens', async () => {
    const web = await setupWeb()
    const idle = await openSession(web)
    web.clock.advance(HOUR_MS)
    expect((await idle.send('/v1/session')).status).toBe(401)

    const used = await openSession(web)
    const looks: number[] = []
    for (let halfHour = 1; halfHour <= 16; halfHour++) {
      web.clock.advance(HOUR_MS / 2)
      looks.push((await used.send('/v1/session')).status)
    }
    expect(looks).toEqual([...Array(15).fill(200), 401])
  })

  test('is kept by its hash alone', async () => {
    const web = await setupWeb()
    const { cookie } = await openSession(web)
    const secret = cookie.split('=')[1] ?? ''
    const rows = await web.db.selectFrom('page_sessions').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(secret)
    await fetch(`${web.web.url}/v1/accounts/acct_a/balance`, { headers: { cookie } })
    expect(JSON.stringify(web.logged.lines)).not.toContain(secret)
  })

  test('is the key alone where a request has a key too', async () => {
    const web = await setupWeb()
    const { cookie } = await openSession(web)
    const usage = await web.issueKey('telephony', ['usage'])
    const ask = (authorization: string) =>
      fetch(`${web.web.url}/v1/accounts/acct_a/balance`, { headers: { cookie, authorization } })
    expect((await ask(`Bearer ${usage}`)).status).toBe(403)
    expect((await ask('Basic abc')).status).toBe(401)
    expect((await ask(`Bearer ${web.key}`)).status).toBe(200)
  })
})

describe('a change by session', () => {
  const change = { method: 'PUT', headers: { 'content-type': 'application/json' } }
  const settings = { enabled: false, amount: '75', threshold: '20' }
  const path = '/v1/accounts/acct_a/recharge-settings'

  async function setupChange() {
    const web = await setupWeb()
    const page = await openSession(web)
    const put = async (headers: Record<string, string>) => {
      const body = JSON.stringify(settings)
      const answer = await page.send(path, { ...change, body, headers: { ...change.headers, ...headers } })
      return { status: answer.status, type: ((await answer.json()) as { type?: string }).type }
    }
    return { web, page, put }
  }

  it('is made by our own page, in the name of its customer', async () => {
    const { web, put } = await setupChange()
    expect(await put({})).toMatchObject({ status: 200 })
    expect(await put({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200 })
    const changes = await web.db.selectFrom('recharge_setting_changes').select('changed_by').execute()
    expect(changes.map(({ changed_by }) => changed_by)).toEqual(['kim@crm.example', 'kim@crm.example'])
  })

  it('is refused without its token, with that of another session, and from any other page', async () => {
    const { web, put } = await setupChange()
    const other = await openSession(web)
    for (const headers of [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': other.session.csrfToken },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]) {
      expect(await put(headers), JSON.stringify(headers)).toEqual({ status: 403, type: '/problems/csrf' })
    }
    expect(await web.db.selectFrom('recharge_setting_changes').selectAll().execute()).toEqual([])
  })

  it('cannot name somebody else as who acts', async () => {
    const { put } = await setupChange()
    expect(await put({ 'x-acting-user': 'the boss' })).toMatchObject({ status: 400 })
  })
})

test('behind https the cookie is for this host alone, and where pages of others show ours it is theirs to send', async () => {
  const https = (frameAncestors: readonly string[]) =>
    setupWeb(undefined, ({ page }) =>
      Promise.resolve({ publicUrl: 'https://billing.example.com', page: { ...page, frameAncestors } }),
    )
  for (const [frameAncestors, sites] of [
    [[], 'Secure; SameSite=Strict'],
    [['https://crm.example.com'], 'Secure; Partitioned; SameSite=None'],
  ] as const) {
    const web = await https(frameAncestors)
    const answer = await open(web, await signPageToken(pageClaims(web)))
    expect(answer.headers.getSetCookie()[0]).toMatch(
      new RegExp(`^__Host-ringledger_session=[\\w-]{43}; Max-Age=28800; Path=/; HttpOnly; ${sites}$`),
    )
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
  }
})
