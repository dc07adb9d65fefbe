import { Temporal } from 'temporal-polyfill'

/** How many days of a zone some spans of time touch; the end of a span is no part of it. Spans are in order and apart. */
export function localDaysTouched(
  timeZone: string,
  spans: readonly { readonly from: Date; readonly to: Date }[],
): number {
  let days = 0
  let lastDay: Temporal.PlainDate | null = null
  for (const { from, to } of spans) {
    const end = dayOf(timeZone, to > from ? to.getTime() - 1 : from.getTime())
    const start = dayOf(timeZone, from.getTime())
    days += start.until(end).days + 1
    if (lastDay?.equals(start)) days -= 1
    lastDay = end
  }
  return days
}

function dayOf(timeZone: string, instantMs: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).toPlainDate()
}
