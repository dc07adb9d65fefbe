import { Temporal } from 'temporal-polyfill'

export interface LocalTime {
  /** `2026-11-01 01:30:00` */
  readonly text: string
  /** IANA name */
  readonly timeZone: string
  /** An instant that the time lies near, in epoch milliseconds: chooses in the hour that happens twice. */
  readonly nearMs: number | undefined
}

/**
 * A switch's local wall-clock time → epoch milliseconds, or what is wrong with it. In the hour that happens twice when
 * clocks go back it is the instant nearer to `nearMs`, the earlier one without it. A time that never happened, when clocks
 * went forward, is refused: no clock showed it, so the zone is not the switch's.
 */
export function localTimeToMs(local: LocalTime): number | string {
  const plain = readPlain(local.text)
  if (!plain) return `${JSON.stringify(local.text)} is not a date and time like 2026-03-31 17:05:09`
  const earlier = plain.toZonedDateTime(local.timeZone, { disambiguation: 'earlier' })
  const later = plain.toZonedDateTime(local.timeZone, { disambiguation: 'later' })
  if (!earlier.toPlainDateTime().equals(plain)) {
    return `${local.text} did not happen in ${local.timeZone}: clocks went forward`
  }
  const { nearMs } = local
  if (nearMs === undefined) return earlier.epochMilliseconds
  const isLaterNearer =
    Math.abs(later.epochMilliseconds - nearMs) < Math.abs(earlier.epochMilliseconds - nearMs)
  return isLaterNearer ? later.epochMilliseconds : earlier.epochMilliseconds
}

function readPlain(text: string): Temporal.PlainDateTime | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined
  try {
    return Temporal.PlainDateTime.from(text)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
