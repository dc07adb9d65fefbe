/** For the call's set-up, its end, and its usage record to arrive. */
const GRACE_MS = 180_000
/** A text or a number needs no longer from the ask to its usage record. */
const WITHOUT_DURATION_MS = 600_000
/** How long before the granted seconds are over the stack should ask for more. */
const AHEAD_MAX_MS = 30_000

export interface HoldTimes {
  /** What is held is free again then, unless usage settles it or the stack extends it before. */
  readonly expiresAt: Date
  /** When to ask for more; null for what has no duration. */
  readonly extendBefore: Date | null
}

/** The times of a hold that was asked for at an instant and was granted so many seconds since. */
export function holdTimes({
  startedAt,
  seconds,
}: {
  readonly startedAt: Date
  readonly seconds: number | null
}): HoldTimes {
  const startMs = startedAt.getTime()
  if (seconds === null) return { expiresAt: new Date(startMs + WITHOUT_DURATION_MS), extendBefore: null }
  const grantedMs = seconds * 1_000
  const aheadMs = Math.min(AHEAD_MAX_MS, grantedMs / 2)
  return {
    expiresAt: new Date(startMs + grantedMs + GRACE_MS),
    extendBefore: new Date(startMs + grantedMs - aheadMs),
  }
}
