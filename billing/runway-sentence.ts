const DAY_MS = 86_400_000
/** A weekday names one day of the days to come. */
const WEEKDAYS_AHEAD_MAX = 6

/** A runway in a few words, with dates as the account's zone has them. */
export function runwaySentence({
  now,
  timeZone,
  isUsedUp,
  lastsDays,
  rechargeAt,
}: {
  readonly now: Date
  /** IANA name. */
  readonly timeZone: string
  readonly isUsedUp: boolean
  /** Null for longer than a year. */
  readonly lastsDays: number | null
  readonly rechargeAt: Date | null
}): string {
  const lasts = isUsedUp ? 'is used up' : `lasts ${howLong(lastsDays)}`
  return rechargeAt === null ? lasts : `${lasts}; next recharge ${dayOf(rechargeAt, { now, timeZone })}`
}

function howLong(days: number | null): string {
  if (days === null) return 'longer than a year'
  if (days === 0) return 'less than a day'
  return days === 1 ? 'about a day' : `about ${days} days`
}

function dayOf(at: Date, { now, timeZone }: { now: Date; timeZone: string }): string {
  const ahead = dayNumber(at, timeZone) - dayNumber(now, timeZone)
  if (ahead <= 0) return 'today'
  if (ahead === 1) return 'tomorrow'
  const words: Intl.DateTimeFormatOptions =
    ahead <= WEEKDAYS_AHEAD_MAX ? { weekday: 'long' } : { day: 'numeric', month: 'long' }
  return `around ${new Intl.DateTimeFormat('en-US', { ...words, timeZone }).format(at)}`
}

/** Counts the days of a zone's calendar. */
function dayNumber(at: Date, timeZone: string): number {
  // Swedish writes dates as ISO does.
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
  return Date.parse(date) / DAY_MS
}
