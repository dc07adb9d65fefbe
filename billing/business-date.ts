/** A day of UTC: `2026-03-31`. Its text sorts as its time does. */
export type BusinessDate = string

const DAY_MS = 86_400_000

/** How long after its cut-off a run is due: what was posted at midnight by a slightly late clock is there by then. */
export const RUN_LAG_MS = 10 * 60_000

export function businessDateAt(instant: Date): BusinessDate {
  return instant.toISOString().slice(0, 10)
}

export function nextDate(date: BusinessDate): BusinessDate {
  return businessDateAt(cutOffOf(date))
}

/**
 * The instant before which everything belongs to the run for `date` or an earlier one: the midnight of UTC that ends the
 * date. What falls on that midnight itself belongs to the next run. Throws a RangeError for what is no date.
 */
export function cutOffOf(date: BusinessDate): Date {
  const start = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(start) || businessDateAt(new Date(start)) !== date) {
    throw new RangeError(`${JSON.stringify(date)} is not a date like 2026-03-31`)
  }
  return new Date(start + DAY_MS)
}

/**
 * The dates whose run is due and has no row yet, in order and without a gap: from the day after `last`, or from `first`
 * where no run was ever made, to the newest date whose cut-off lies `RUN_LAG_MS` or more before `now`. None when the clock
 * stands before what was run already.
 */
export function datesOwed({
  last,
  first,
  now,
}: {
  /** The newest date that has a run. */
  readonly last: BusinessDate | null
  /** The date the runs of this kind begin with. */
  readonly first: BusinessDate
  readonly now: Date
}): readonly BusinessDate[] {
  const due = now.getTime() - RUN_LAG_MS
  const dates: BusinessDate[] = []
  let date = last === null ? first : nextDate(last)
  while (cutOffOf(date).getTime() <= due) {
    dates.push(date)
    date = nextDate(date)
  }
  return dates
}
