/** A request as it came, and what was answered. */
export interface LoggedRequest {
  readonly at: Date
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Its Idempotency-Key. */
  readonly key: string | null
  /** Null until it is answered, and for ever when its answer was held back. */
  status: number | null
}

/** Which requests are meant; what is not given does not matter. */
export interface RequestMatch {
  readonly method?: 'GET' | 'POST'
  /** The whole path, or a pattern for it. */
  readonly path?: RegExp | string
  readonly key?: string
}

export function matches(request: LoggedRequest, { method, path, key }: RequestMatch): boolean {
  if (method !== undefined && request.method !== method) return false
  if (key !== undefined && request.key !== key) return false
  if (path === undefined) return true
  return typeof path === 'string' ? request.path === path : path.test(request.path)
}

const KEPT_MAX = 100_000

export interface RequestLog {
  /** The last 50 000 at least, oldest first. */
  readonly all: readonly LoggedRequest[]
  add(request: LoggedRequest): void
  /** Resolves as soon as so many matching requests have come since the start, with all of them. */
  seen(match: RequestMatch, times?: number): Promise<LoggedRequest[]>
}

export function createRequestLog(): RequestLog {
  const all: LoggedRequest[] = []
  const watchers = new Set<(request: LoggedRequest) => void>()
  return {
    all,
    add(request) {
      all.push(request)
      if (all.length > KEPT_MAX) all.splice(0, KEPT_MAX / 2)
      for (const watch of watchers) watch(request)
    },
    seen(match, times = 1) {
      const found = all.filter((request) => matches(request, match))
      const { promise, resolve } = Promise.withResolvers<LoggedRequest[]>()
      const watch = (request: LoggedRequest) => {
        if (matches(request, match)) found.push(request)
        if (found.length < times) return
        watchers.delete(watch)
        resolve(found)
      }
      if (found.length >= times) resolve(found)
      else watchers.add(watch)
      return promise
    },
  }
}
