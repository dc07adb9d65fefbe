import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { PageSetup } from './page-setup.ts'
import type { SessionPrincipal } from './principal.ts'
import { Problem } from './problem.ts'
import type { HeaderParameter } from './route.ts'

export const CSRF_TOKEN: HeaderParameter = {
  name: 'X-CSRF-Token',
  isRequired: false,
  summary: 'with a session: the csrfToken of GET /v1/session',
}

/** What our own page sends with each change; no other page can know it, and it fits one session alone. */
export function csrfTokenOf({ secret }: SessionPrincipal): string {
  return createHmac('sha256', secret).update('csrf').digest('base64url')
}

/** Throws the problem that a change was not asked for by our own page. */
export function requireOwnPage(request: FastifyRequest, session: SessionPrincipal, page: PageSetup): void {
  if (!isSameOrigin(request, page)) {
    throw new Problem('csrf', { detail: 'with a session changes are made by the billing page alone' })
  }
  const sent = Buffer.from(String(request.headers['x-csrf-token'] ?? ''))
  const expected = Buffer.from(csrfTokenOf(session))
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) {
    throw new Problem('csrf', { detail: 'X-CSRF-Token must be the csrfToken of GET /v1/session' })
  }
}

/** By what the browser says of the page that asks; a page cannot change that. */
export function isSameOrigin({ headers, host }: FastifyRequest, { publicOrigin }: PageSetup): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = headers
  if (origin === undefined || !URL.canParse(origin)) return false
  return origin === publicOrigin || new URL(origin).host === host
}
