import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'
import { meansVersion } from './request-headers.ts'

/** Changes with anything that a client sees of a resource. */
export function etagOf(answer: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 22)}"`
}

/** Throws the problem that what the client read, and means to change, was changed since. */
export function requireVersion(request: FastifyRequest, etag: string): void {
  if (meansVersion(request, etag)) return
  throw new Problem('changed-meanwhile', {
    detail: 'nothing was saved: it was changed since you read it, so read it again',
  })
}
