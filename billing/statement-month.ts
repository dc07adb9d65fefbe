import { Temporal } from 'temporal-polyfill'

/** A calendar month as a zone's clocks show it. Entries belong to it by `postedAt`. */
export interface StatementMonth {
  /** `2026-03` */
  readonly month: string
  /** IANA name */
  readonly timeZone: string
  /** Inclusive. */
  readonly from: Date
  /** Exclusive: where the next month begins. */
  readonly to: Date
}

/** The month that holds an instant. Months begin with the first instant of their first day and leave nothing between. */
export function statementMonth(timeZone: string, instant: Date): StatementMonth {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone)
  const shown = boundsOf(timeZone, local.toPlainDate().toPlainYearMonth())
  // Clocks that go back over the month's end show the old month once more after the new one has begun.
  return instant < shown.to ? shown : nextMonth(shown)
}

function nextMonth({ timeZone, month }: StatementMonth): StatementMonth {
  return boundsOf(timeZone, Temporal.PlainYearMonth.from(month).add({ months: 1 }))
}

function boundsOf(timeZone: string, month: Temporal.PlainYearMonth): StatementMonth {
  return {
    month: month.toString(),
    timeZone,
    from: startOf(timeZone, month),
    to: startOf(timeZone, month.add({ months: 1 })),
  }
}

function startOf(timeZone: string, month: Temporal.PlainYearMonth): Date {
  return new Date(month.toPlainDate({ day: 1 }).toZonedDateTime(timeZone).epochMilliseconds)
}
