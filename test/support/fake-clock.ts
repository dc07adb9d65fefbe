import type { Clock } from '../../config/clock.ts'

export interface FakeClock extends Clock {
  advance(durationMs: number): void
  set(iso: string): void
}

/** A clock that stands still until a test moves it. */
export function fakeClock(startIso: string): FakeClock {
  let nowMs = parse(startIso)
  return {
    now: () => new Date(nowMs),
    advance: (durationMs) => {
      nowMs += durationMs
    },
    set: (iso) => {
      nowMs = parse(iso)
    },
  }
}

function parse(iso: string): number {
  const timeMs = Date.parse(iso)
  if (Number.isNaN(timeMs)) throw new RangeError(`not an ISO instant: ${iso}`)
  return timeMs
}
