const FIRST_MS = 500
const MAX_MS = 60_000

/** How long to wait after the given attempt, from 1: twice as long each time, at most a minute. */
export function backoffMs(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 20), MAX_MS)
}
