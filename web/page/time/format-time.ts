const formats = {
  'date and time': { dateStyle: 'medium', timeStyle: 'short' },
  'time with seconds': { dateStyle: 'medium', timeStyle: 'medium' },
  date: { dateStyle: 'medium' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  'short day': { day: 'numeric', month: 'short' },
  time: { timeStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** An instant as people in the account's zone read it. */
export function formatTime(instant: string | Date, timeZone: string, as: keyof typeof formats): string {
  return new Intl.DateTimeFormat('en-US', { ...formats[as], timeZone }).format(new Date(instant))
}

/** `America/New York (GMT-5)` */
export function zoneName(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at)
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  return `${timeZone.replaceAll('_', ' ')} (${offset})`
}

/** `November 2026` of `2026-11`. */
export function monthName(month: string): string {
  const format = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return format.format(new Date(`${month}-01T00:00Z`))
}
