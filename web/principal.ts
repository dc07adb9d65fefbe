import type { PageSession } from '../db/page-sessions.ts'
import type { ServiceKey } from '../db/service-keys.ts'

/** Who asks: the holder of a service key, or a customer on the billing page. */
export type Principal = KeyPrincipal | SessionPrincipal

export interface KeyPrincipal extends ServiceKey {
  readonly kind: 'key'
}

export interface SessionPrincipal extends PageSession {
  readonly kind: 'session'
  /** For logs and limits; nobody can use a session by it. */
  readonly id: string
  /** What the cookie holds. */
  readonly secret: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before it is recognised, and on calls that ask for nobody. */
    principal: Principal | null
  }
}
