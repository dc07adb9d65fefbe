import { describe, expect, test } from 'vitest'
import { revokeServiceKey } from '../../db/service-keys.ts'
import { opsPages } from '../../web/ops/ops-pages.ts'
import type { Route } from '../../web/route.ts'
import { routes } from '../../web/routes/index.ts'
import { SCOPES, type Scope } from '../../web/service-key.ts'
import { openOperatorBrowser } from '../support/operators.ts'
import { openSession } from '../support/page-session.ts'
import { addressOf } from '../support/route-address.ts'
import { setupWeb, type Web } from '../support/web.ts'

/** Somebody who asks, and what every route must answer to them. */
interface Caller {
  readonly name: string
  readonly send: (path: string, request: RequestInit) => Promise<Response>
  /** The status of the refusal; null where the route is theirs to call. */
  readonly refusal: (route: Route) => 401 | 403 | 404 | null
}

const isGuarded = ({ scope, customers }: Route) => scope !== null || customers !== undefined

/** The calls that customers may make, so that opening one more is decided here too. */
const FOR_CUSTOMERS: Readonly<Record<'read' | 'manage', readonly string[]>> = {
  read: [
    'DELETE /v1/session',
    'GET /v1/accounts/:account/balance',
    'GET /v1/accounts/:account/balance-history',
    'GET /v1/accounts/:account/calls/:callId',
    'GET /v1/accounts/:account/card',
    'GET /v1/accounts/:account/entries',
    'GET /v1/accounts/:account/notices',
    'GET /v1/accounts/:account/numbers',
    'GET /v1/accounts/:account/numbers/:number',
    'GET /v1/accounts/:account/rates',
    'GET /v1/accounts/:account/recharge-preview',
    'GET /v1/accounts/:account/recharge-settings',
    'GET /v1/accounts/:account/renewal-settings',
    'GET /v1/accounts/:account/runway',
    'GET /v1/accounts/:account/spend',
    'GET /v1/accounts/:account/statements',
    'GET /v1/accounts/:account/statements/:month',
    'GET /v1/accounts/:account/topups',
    'GET /v1/accounts/:account/topups/:topup',
    'GET /v1/session',
  ],
  manage: [
    'DELETE /v1/accounts/:account/card',
    'DELETE /v1/accounts/:account/numbers/:number',
    'POST /v1/accounts/:account/card/setup',
    'POST /v1/accounts/:account/card/setup/:setupIntent',
    'POST /v1/accounts/:account/numbers/:number/restore',
    'POST /v1/accounts/:account/topups',
    'PUT /v1/accounts/:account/card/default',
    'PUT /v1/accounts/:account/recharge-settings',
  ],
}

test('customers may make these calls and no others', () => {
  const opened = (customers: 'read' | 'manage') =>
    routes
      .filter((route) => route.customers === customers)
      .map(({ method, path }) => `${method} ${path}`)
      .sort()
  expect({ read: opened('read'), manage: opened('manage') }).toEqual(FOR_CUSTOMERS)
})

describe('every route answers', () => {
  test.each<[string, (web: Web) => Promise<Caller>]>([
    ['nobody', async ({ web }) => await Promise.resolve(stranger('nobody', web.url, {}))],
    [
      'the holder of a key that was revoked',
      async ({ web, issueKey, db, clock }) => {
        const key = await issueKey('former', SCOPES)
        await revokeServiceKey(db, 'former', clock.now())
        return stranger('a revoked key', web.url, { authorization: `Bearer ${key}` })
      },
    ],
    [
      'somebody with a session that ended',
      async (web) => {
        const { cookie, send } = await openSession(web)
        await send('/v1/session', { method: 'DELETE' })
        return stranger('an ended session', web.web.url, { cookie })
      },
    ],
    [
      'an operator',
      async (web) => {
        const { cookie } = await openOperatorBrowser(web, 'admin')
        return stranger('an operator', web.web.url, { cookie, origin: web.web.url })
      },
    ],
    ...SCOPES.map((scope): [string, (web: Web) => Promise<Caller>] => [
      `a key with the scope ${scope} alone`,
      async (web) => await keyHolder(web, scope),
    ]),
    ['a viewer of the account', async (web) => await customer(web, 'acct_a', 'viewer')],
    ['a manager of the account', async (web) => await customer(web, 'acct_a', 'manager')],
    ['a viewer of another account', async (web) => await customer(web, 'acct_b', 'viewer')],
    ['a manager of another account', async (web) => await customer(web, 'acct_b', 'manager')],
  ])('%s as it must', async (_who, callerIn) => {
    const web = await setupWeb()
    const caller = await callerIn(web)
    for (const route of routes.filter(isGuarded)) {
      const what = `${caller.name}: ${route.method} ${route.path}`
      const answer = await caller.send(addressOf(route.path, 'acct_a'), { method: route.method })
      const refusal = caller.refusal(route)
      if (refusal === null) {
        expect([401, 403], what).not.toContain(answer.status)
        await answer.body?.cancel()
      } else {
        expect(answer.status, what).toBe(refusal)
        expect(Object.keys((await answer.json()) as object), what).not.toContain('account')
      }
    }
  })

  test('somebody who looks at heads alone as it answers their whole request', async () => {
    const web = await setupWeb()
    const viewer = await customer(web, 'acct_b', 'viewer')
    for (const route of routes.filter((one) => one.method === 'GET' && isGuarded(one))) {
      const answer = await viewer.send(addressOf(route.path, 'acct_a'), { method: 'HEAD' })
      if (viewer.refusal(route) !== null) expect(answer.status, route.path).toBe(viewer.refusal(route))
    }
  })
})

function stranger(name: string, url: string, headers: Record<string, string>): Caller {
  return {
    name,
    send: (path, request) => fetch(url + path, { ...request, headers }),
    refusal: () => 401,
  }
}

async function keyHolder({ web, issueKey }: Web, scope: Scope): Promise<Caller> {
  const authorization = `Bearer ${await issueKey(`only ${scope}`, [scope])}`
  return {
    name: `a key with ${scope}`,
    send: (path, request) => fetch(web.url + path, { ...request, headers: { authorization } }),
    refusal: (route) => (route.scope === scope ? null : 403),
  }
}

async function customer(web: Web, account: string, role: 'viewer' | 'manager'): Promise<Caller> {
  const { send } = await openSession(web, { account, role })
  return {
    name: `a ${role} of ${account}`,
    send,
    refusal: ({ path, customers }) => {
      if (path.includes(':account') && account !== 'acct_a') return 404
      if (customers === undefined) return 403
      return customers === 'manage' && role === 'viewer' ? 403 : null
    },
  }
}

test('customers find none of the pages of operators', async () => {
  const web = await setupWeb()
  const { send } = await openSession(web)
  for (const { method, path } of opsPages) {
    const answer = await send(`/ops${path.replaceAll(/:\w+/g, 'x')}`, { method })
    expect([answer.status, await answer.json()], path).toEqual([
      404,
      expect.objectContaining({ type: '/problems/not-found' }),
    ])
  }
})
