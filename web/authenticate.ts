import type { FastifyRequest } from 'fastify'
import type { Db } from '../db/connect.ts'
import { Problem } from './problem.ts'
import { recogniseServiceKey, type Scope } from './service-key.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the service key; null before it is recognised and on calls that need none. */
    keyName: string | null
  }
}

/** Lets a request pass that presents a service key with the scope. Runs before the body is read. */
export async function authenticate(db: Db, request: FastifyRequest, scope: Scope): Promise<void> {
  const presented = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (!presented) throw unauthorized('send a service key as Authorization: Bearer <key>')
  const key = await recogniseServiceKey(db, presented)
  if (!key) throw unauthorized('the service key is unknown or was revoked')
  request.keyName = key.name
  if (key.scopes.includes(scope)) return
  throw new Problem('missing-scope', {
    detail: `the service key needs the scope ${scope}`,
    members: { scope },
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', { detail, headers: { 'www-authenticate': 'Bearer' } })
}
