import type { FastifyRequest } from 'fastify'
import { invalidValue } from './problem.ts'
import type { HeaderParameter } from './route.ts'

export const IDEMPOTENCY_KEY: HeaderParameter = {
  name: 'Idempotency-Key',
  isRequired: true,
  summary: '1 to 255 visible ASCII characters: the same key again is the same request',
}

/** The client's own name for what it asks for. Throws the problem that it is missing or not usable. */
export function idempotencyKeyIn({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key']
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw invalidValue(IDEMPOTENCY_KEY.name, 'must be given: 1 to 255 visible ASCII characters')
}

/** The same where the client may leave it out; null then. */
export function optionalKeyIn(request: FastifyRequest): string | null {
  return request.headers['idempotency-key'] === undefined ? null : idempotencyKeyIn(request)
}

export const ACTING_USER: HeaderParameter = {
  name: 'X-Acting-User',
  isRequired: false,
  summary: 'who acts by way of the service key, in 1 to 100 characters; the key itself when left out',
}

/** Who is behind a request: the customer whose session it is, or the person that the client names, else its key. */
export function actingUserIn({ headers, principal }: FastifyRequest): string {
  const header = headers['x-acting-user']
  if (principal?.kind === 'session') {
    if (header === undefined) return principal.user
    throw invalidValue(ACTING_USER.name, 'may not be given with a session')
  }
  if (header === undefined) return `service key ${principal?.name}`
  // Node reads headers as Latin-1; clients write names in UTF-8.
  const user = Buffer.from(String(header), 'latin1').toString('utf8').trim()
  if (/^[^\p{C}]{1,100}$/u.test(user)) return user
  throw invalidValue(ACTING_USER.name, 'must be 1 to 100 characters that can be read')
}

export const IF_MATCH: HeaderParameter = {
  name: 'If-Match',
  isRequired: false,
  summary: 'the ETag of what is to be changed: refused with 412 where it is not any more as it was',
}

/** Whether the client means the version with this tag; it means any where it names none. */
export function meansVersion({ headers }: FastifyRequest, etag: string): boolean {
  const wanted = headers['if-match']
  if (wanted === undefined || wanted.trim() === '*') return true
  return wanted.split(',').some((tag) => tag.trim() === etag)
}
