import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../../db/connect.ts'
import {
  endOperatorSession,
  findOperatorBySession,
  type Operator,
  storeOperatorSession,
} from '../../db/operators.ts'

/** Who is logged in, and what the forms of that session carry. */
export interface OperatorSession {
  readonly operator: Operator
  readonly token: string
  readonly csrfToken: string
}

const COOKIE = 'rl_operator'
const SESSION_MS = 8 * 3_600_000
const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** Always a token of its own: what a browser brought along is never made a session. */
export async function openOperatorSession(db: Db, operator: string, now: Date): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const expiresAt = new Date(now.getTime() + SESSION_MS)
  await storeOperatorSession(db, { operator, tokenSha256: sha256(token), expiresAt }, now)
  return token
}

/** The session that a request belongs to; null for everybody else. */
export async function readOperatorSession(
  db: Db,
  request: FastifyRequest,
  now: Date,
): Promise<OperatorSession | null> {
  const token = tokenIn(request)
  if (token === null) return null
  const operator = await findOperatorBySession(db, sha256(token), now)
  return operator && { operator, token, csrfToken: csrfTokenOf(token) }
}

export async function closeOperatorSession(db: Db, { token }: OperatorSession): Promise<void> {
  await endOperatorSession(db, sha256(token))
}

export function setSessionCookie(reply: FastifyReply, token: string, isHttps: boolean): void {
  reply.header('set-cookie', cookie(token, { maxAgeSeconds: SESSION_MS / 1_000, isHttps }))
}

export function clearSessionCookie(reply: FastifyReply, isHttps: boolean): void {
  reply.header('set-cookie', cookie('', { maxAgeSeconds: 0, isHttps }))
}

/** Whether a form carries the token of its session. */
export function hasCsrfToken({ csrfToken }: OperatorSession, form: URLSearchParams): boolean {
  const given = Buffer.from(form.get('csrf') ?? '')
  const wanted = Buffer.from(csrfToken)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function cookie(value: string, { maxAgeSeconds, isHttps }: { maxAgeSeconds: number; isHttps: boolean }) {
  const secure = isHttps ? '; Secure' : ''
  return `${COOKIE}=${value}; Path=/ops; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`
}

function tokenIn({ headers }: FastifyRequest): string | null {
  const cookies = (headers.cookie ?? '').split(';').map((one) => one.trim())
  const value = cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
  return value !== undefined && TOKEN.test(value) ? value : null
}

/** Made of the session's own token, so that it needs no place of its own and ends with it. */
function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url')
}

/** No salt and no stretching: the token is 256 random bits. */
function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
