import type { FastifyRequest } from 'fastify'
import { requireOwnPage } from './csrf.ts'
import { sessionIn } from './page-session.ts'
import { accountIn, unknownAccount } from './parameters.ts'
import type { KeyPrincipal, Principal, SessionPrincipal } from './principal.ts'
import { Problem } from './problem.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { Route, WebContext } from './route.ts'

/**
 * Lets a request pass that may call a route: a service key with its scope, or a customer's session where the route is one
 * for customers, and within the limit of its requests. Runs before the body is read. Throws the problem that it may not.
 */
export async function authenticate(
  context: WebContext,
  limiter: RateLimiter,
  request: FastifyRequest,
  route: Route,
): Promise<void> {
  const isOpen = route.scope === null && route.customers === undefined
  const found = isOpen ? null : await recognise(context, request)
  if (found && 'kind' in found) request.principal = found
  await limiter.take(request, route)
  if (!found) return
  if (!('kind' in found)) throw unauthorized(found.fault)
  if (found.kind === 'key') requireScope(found, route)
  else requireCustomer(found, request, route)
  if (found.kind === 'session' && request.method !== 'GET' && request.method !== 'HEAD') {
    requireOwnPage(request, found, context.page)
  }
}

/** A request that has a key is the key's alone, whatever cookies a browser added. */
async function recognise(
  { db, clock, page, keys }: WebContext,
  request: FastifyRequest,
): Promise<Principal | { readonly fault: string }> {
  const { authorization } = request.headers
  if (authorization) {
    const presented = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    if (!presented) return { fault: SEND_A_KEY }
    const key = await keys.recognise(db, presented, clock.now())
    return key ? { kind: 'key', ...key } : { fault: 'the service key is unknown or was revoked' }
  }
  const session = await sessionIn(request, { db, page, now: clock.now() })
  if (session === 'none') return { fault: SEND_A_KEY }
  return session ?? { fault: 'the session has ended: open billing from the CRM again' }
}

const SEND_A_KEY = 'send a service key as Authorization: Bearer <key>'

function requireScope({ scopes }: KeyPrincipal, { scope }: Route): void {
  if (scope === null) throw notAllowed('this call is for customers on the billing page alone')
  if (scopes.includes(scope)) return
  throw new Problem('missing-scope', {
    detail: `the service key needs the scope ${scope}`,
    members: { scope },
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}

/** Of another account a customer learns nothing, not even what they could not do to it. */
function requireCustomer({ account, role }: SessionPrincipal, request: FastifyRequest, route: Route): void {
  if (route.path.includes(':account') && accountIn(request) !== account) throw unknownAccount()
  if (route.customers === undefined) throw notAllowed('customers may not call this')
  if (route.customers === 'manage' && role !== 'manager') {
    throw notAllowed('viewers may look and change nothing: ask a manager of the account')
  }
}

function notAllowed(detail: string): Problem {
  return new Problem('not-allowed', { detail })
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', { detail, headers: { 'www-authenticate': 'Bearer' } })
}
