const FIRST_MS = 10_000
const MAX_MS = 3_600_000
const GIVE_UP_AFTER_MS = 3 * 86_400_000

/**
 * How long to wait after the given try of a webhook, from 1: twice as long each time, at most an hour. Null where three
 * days of trying are over and it is given up.
 */
export function webhookRetryMs({
  tries,
  tryingForMs,
}: {
  tries: number
  tryingForMs: number
}): number | null {
  if (tryingForMs >= GIVE_UP_AFTER_MS) return null
  return Math.min(FIRST_MS * 2 ** Math.min(tries - 1, 20), MAX_MS)
}
