/** `2026-11-23T09:30`, as a clock on a wall of some zone shows it. */
export type WallTime = string

/** What the clocks of a zone show at an instant. */
export function wallTimeOf(instant: string | Date, timeZone: string): WallTime {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(instant))
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

/**
 * The instant at which the clocks of a zone show this. A time that a clock change leaves out is moved by that change; of
 * a time that comes twice it is the first.
 */
export function instantOf(wall: WallTime, timeZone: string): string {
  const asUtcMs = Date.parse(`${wall}Z`)
  const before = asUtcMs - offsetMs(asUtcMs - DAY_MS, timeZone)
  const after = asUtcMs - offsetMs(asUtcMs + DAY_MS, timeZone)
  const shown = [before, after].find((ms) => wallTimeOf(new Date(ms), timeZone) === wall)
  return new Date(shown ?? before).toISOString()
}

const DAY_MS = 86_400_000

function offsetMs(atMs: number, timeZone: string): number {
  const minuteMs = Math.floor(atMs / 60_000) * 60_000
  return Date.parse(`${wallTimeOf(new Date(minuteMs), timeZone)}Z`) - minuteMs
}

/** Midnight of a day some days before or after the one that an instant is in. */
export function startOfDay(instant: Date, { timeZone, days }: { timeZone: string; days: number }): string {
  const day = new Date(`${wallTimeOf(instant, timeZone).slice(0, 10)}T00:00Z`)
  day.setUTCDate(day.getUTCDate() + days)
  return instantOf(`${day.toISOString().slice(0, 10)}T00:00`, timeZone)
}
