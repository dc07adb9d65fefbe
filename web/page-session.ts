import { createHash, randomBytes } from 'node:crypto'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../db/connect.ts'
import { findPageSession } from '../db/page-sessions.ts'
import type { PageSetup } from './page-setup.ts'
import type { SessionPrincipal } from './principal.ts'

const SECRET = /^[\w-]{43}$/
const SECRET_BYTES = 32
const MAX_AGE_SECONDS = 8 * 3_600

/** A new one each time, so that nobody can know the session of another beforehand. */
export function newSessionSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** Gives a session to a browser: its scripts cannot read it, and other sites' pages cannot send it unless they may frame ours. */
export function setSessionCookie(reply: FastifyReply, page: PageSetup, secret: string): void {
  reply.setCookie(cookieName(page), secret, { ...cookieOptions(page), maxAge: MAX_AGE_SECONDS })
}

export function clearSessionCookie(reply: FastifyReply, page: PageSetup): void {
  reply.clearCookie(cookieName(page), cookieOptions(page))
}

/** What the browser sent as a session; null where that is none. */
export function sessionSecretIn({ cookies }: FastifyRequest, page: PageSetup): string | null {
  const secret = cookies[cookieName(page)]
  return secret !== undefined && SECRET.test(secret) ? secret : null
}

/** The session that a browser has: null when it has ended. */
export async function sessionIn(
  request: FastifyRequest,
  { db, page, now }: { db: Db; page: PageSetup; now: Date },
): Promise<SessionPrincipal | 'none' | null> {
  const secret = sessionSecretIn(request, page)
  if (secret === null) return 'none'
  const session = await findPageSession(db, secret, now)
  return session && { kind: 'session', id: idOf(secret), secret, ...session }
}

function idOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12)
}

/** Browsers take `__Host-` from this very host over https alone. */
function cookieName({ isSecure }: PageSetup): string {
  return isSecure ? '__Host-ringledger_session' : 'ringledger_session'
}

function cookieOptions({ isSecure, frameAncestors }: PageSetup): CookieSerializeOptions {
  const isFramed = isSecure && frameAncestors.length > 0
  const sites: CookieSerializeOptions = isFramed
    ? { sameSite: 'none', partitioned: true }
    : { sameSite: 'strict' }
  return { path: '/', httpOnly: true, secure: isSecure, ...sites }
}
