import type { Clock } from '../config/clock.ts'

const EVERY_MS = 2_000

/** Tells on stderr how far long work has come, a line every two seconds at most: short work says nothing. */
export function progressPrinter(clock: Clock): (line: () => string) => void {
  let nextMs = clock.now().getTime() + EVERY_MS
  return (line) => {
    const nowMs = clock.now().getTime()
    if (nowMs < nextMs) return
    nextMs = nowMs + EVERY_MS
    console.error(line())
  }
}
