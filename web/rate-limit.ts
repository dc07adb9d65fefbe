import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RateLimits } from '../config/page-config.ts'
import { Problem } from './problem.ts'
import type { Route } from './route.ts'

const WINDOW_MS = 60_000

/** Counts requests within this process; each web process counts its own. */
export interface RateLimiter {
  /** Throws the problem that whoever asks has asked too often within a minute. */
  take(request: FastifyRequest, route: Route): Promise<void>
}

type Take = ReturnType<FastifyInstance['createRateLimit']>

export function createRateLimiter(app: FastifyInstance, limits: RateLimits): RateLimiter {
  app.register(rateLimit, { global: false })
  const counters = new Map<keyof RateLimits, Take>()
  app.after(() => {
    for (const kind of ['key', 'stream', 'session'] as const) {
      const keyGenerator = ({ principal }: FastifyRequest) => principal?.id ?? ''
      counters.set(kind, app.createRateLimit({ max: limits[kind], timeWindow: WINDOW_MS, keyGenerator }))
    }
    counters.set('address', app.createRateLimit({ max: limits.address, timeWindow: WINDOW_MS }))
  })
  return {
    take: async (request, route) => {
      if (route.rateLimit === 'none') return
      const kind = kindOf(request, route)
      if (limits[kind] === 0) return
      const taken = await counters.get(kind)?.(request)
      if (!taken || taken.isAllowed || !taken.isExceeded) return
      throw new Problem('too-many-requests', {
        detail: `more than ${limits[kind]} requests within a minute`,
        headers: { 'retry-after': String(taken.ttlInSeconds) },
      })
    },
  }
}

function kindOf({ principal }: FastifyRequest, { rateLimit }: Route): keyof RateLimits {
  if (principal === null) return 'address'
  if (principal.kind === 'session') return 'session'
  return rateLimit === 'high' ? 'stream' : 'key'
}
