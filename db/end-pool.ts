import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

/** How long a server may take to close its connections; one that is away would never do it. */
const CLOSE_TIMEOUT_MS = 500

/** Ends a pool by `end`, and waits for its connections to be closed, which pg's pool does not. */
export async function endPool(pool: Pool, end: () => Promise<void>): Promise<void> {
  const closed = Promise.withResolvers<void>()
  let open = pool.totalCount
  pool.on('remove', () => {
    open -= 1
    if (open === 0) closed.resolve()
  })
  await end()
  if (open === 0) return
  const enough = new AbortController()
  const timeUp = sleep(CLOSE_TIMEOUT_MS, null, { signal: enough.signal })
  timeUp.catch(() => undefined) // rejects when it is not needed any more
  await Promise.race([closed.promise, timeUp])
  enough.abort()
}
