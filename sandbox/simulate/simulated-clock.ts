import type { Clock } from '../../config/clock.ts'

/** A clock that stands still until the simulation moves it. */
export interface SimulatedClock extends Clock {
  set(now: Date): void
}

export function simulatedClock(start: Date): SimulatedClock {
  let nowMs = start.getTime()
  return {
    now: () => new Date(nowMs),
    set: (now) => {
      nowMs = now.getTime()
    },
  }
}
