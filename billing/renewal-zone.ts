import { Temporal } from 'temporal-polyfill'

/** A zone's wall clock. Local times are epoch milliseconds that show the clock's reading as if it were UTC. */
export interface ZoneClock {
  readonly localMs: (instantMs: number) => number
  /** The first instant of a local time that happens twice; one that never happens moves forward by the gap. */
  readonly instantMs: (localMs: number) => number
}

/** The clock of an IANA zone; throws a RangeError for anything else. Clocks are kept: a night reads few zones often. */
export function zoneClock(timeZone: string): ZoneClock {
  const known = CLOCKS.get(timeZone)
  if (known) return known
  if (!isKnownZone(timeZone)) throw new RangeError(`${JSON.stringify(timeZone)} is no IANA time zone`)
  const clock = makeClock(timeZone)
  CLOCKS.set(timeZone, clock)
  return clock
}

/** True for IANA names; false for offsets such as +02:00, which know no clock changes. */
export function isKnownZone(timeZone: string): boolean {
  if (CLOCKS.has(timeZone)) return true
  if (!/^[A-Za-z]/.test(timeZone)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const CLOCKS = new Map<string, ZoneClock>()

const DAY_MS = 86_400_000

function makeClock(timeZone: string): ZoneClock {
  const spans: OffsetSpan[] = []
  const offsetAt = (instantMs: number) => {
    let span = spans.find(({ from, until }) => from <= instantMs && instantMs < until)
    if (!span) {
      span = findSpan(timeZone, instantMs)
      spans.push(span)
    }
    return span.offsetMs
  }
  return {
    localMs: (instantMs) => instantMs + offsetAt(instantMs),
    instantMs: (localMs) => toInstant(localMs, offsetAt),
  }
}

/** No zone changes its clocks twice within two days, so the offsets a day off are the only ones that may hold. */
function toInstant(localMs: number, offsetAt: (instantMs: number) => number): number {
  const before = offsetAt(localMs - DAY_MS)
  const after = offsetAt(localMs + DAY_MS)
  const first = localMs - before
  const second = localMs - after
  const isOnlySecond = offsetAt(first) !== before && offsetAt(second) === after
  return isOnlySecond ? second : first
}

/** A time between two changes of a zone's clocks. */
interface OffsetSpan {
  readonly from: number
  readonly until: number
  readonly offsetMs: number
}

function findSpan(timeZone: string, instantMs: number): OffsetSpan {
  const at = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone)
  const last = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  const next = at.getTimeZoneTransition('next')
  return {
    from: last?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: at.offsetNanoseconds / 1_000_000,
  }
}
