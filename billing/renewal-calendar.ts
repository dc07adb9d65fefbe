import { type ZoneClock, zoneClock } from './renewal-zone.ts'

/** What a number's periods are counted from. It never changes while the number is rented. */
export interface RenewalAnchor {
  /** The instant of purchase: its local day and time of day are those of every renewal. */
  readonly at: Date
  /** IANA name of the account's zone. */
  readonly timeZone: string
}

export interface RenewalPeriod {
  /** 0 is the period that begins with the purchase. */
  readonly index: number
  readonly startsAt: Date
  /** Names the period for good: `2026-02-28`. */
  readonly key: string
}

/**
 * When a period begins: the purchase, then each month on the anchor's day (or the month's last) at its time of day, as
 * the zone's clocks show it. Counted from the anchor, so 31 January gives 28 February and 31 March. A time that happens
 * twice is its first instant; one that clocks skip moves forward by what they skip. A period ends where the next begins.
 */
export function periodStart(anchor: RenewalAnchor, index: number): Date {
  return new Date(startMs(anchor, index))
}

/**
 * The date on which the calendar says that the period begins, in the anchor's zone. It differs between any two periods,
 * even when the account moves to another zone in between, and no later change of a zone's rules changes it.
 */
export function periodKey(anchor: RenewalAnchor, index: number): string {
  return keyOf(nominalMs(zoneClock(anchor.timeZone), anchor, index))
}

function keyOf(nominal: number): string {
  return new Date(nominal).toISOString().slice(0, 10)
}

/** The index of the period that holds an instant; −1 before the purchase. */
export function periodAt(anchor: RenewalAnchor, instant: Date): number {
  if (instant < anchor.at) return -1
  const { localMs } = zoneClock(anchor.timeZone)
  const index = monthOf(localMs(instant.getTime())) - monthOf(localMs(anchor.at.getTime()))
  // The anchor's day is still to come in this month; or clocks went back over the month's end and show the old one again.
  if (startMs(anchor, index) > instant.getTime()) return index - 1
  return startMs(anchor, index + 1) <= instant.getTime() ? index + 1 : index
}

export function periodOf(anchor: RenewalAnchor, index: number): RenewalPeriod {
  const clock = zoneClock(anchor.timeZone)
  const nominal = nominalMs(clock, anchor, index)
  const startsAt = index === 0 ? anchor.at : new Date(clock.instantMs(nominal))
  return { index, startsAt, key: keyOf(nominal) }
}

function startMs(anchor: RenewalAnchor, index: number): number {
  // Bought in the second of two equal hours: the period begins with the purchase, not an hour before it.
  if (index === 0) return anchor.at.getTime()
  const clock = zoneClock(anchor.timeZone)
  return clock.instantMs(nominalMs(clock, anchor, index))
}

const DAY_MS = 86_400_000

/** The local time at which a period should begin, whether clocks show it or not. */
function nominalMs(clock: ZoneClock, anchor: RenewalAnchor, index: number): number {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('the index of a period is 0 or more')
  const bought = new Date(clock.localMs(anchor.at.getTime()))
  const timeOfDayMs = bought.getTime() - Math.floor(bought.getTime() / DAY_MS) * DAY_MS
  const year = bought.getUTCFullYear()
  const month = bought.getUTCMonth() + index
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(bought.getUTCDate(), lastDay)) + timeOfDayMs
}

/** Months since year 0 of a local time. */
function monthOf(localMs: number): number {
  const date = new Date(localMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
