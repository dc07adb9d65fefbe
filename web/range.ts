import { invalidValue } from './problem.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const DAYS_MAX = 366

export interface Range {
  readonly from: Date
  readonly to: Date
}

/** The range that a report is asked for: to now and 30 days long unless told otherwise. Throws the problem of a bad one. */
export function rangeOf(
  { from, to }: { readonly from?: Date | undefined; readonly to?: Date | undefined },
  now: Date,
): Range {
  const end = to ?? now
  const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS)
  if (start > end) throw invalidValue('to', 'must not be before from')
  if (end.getTime() - start.getTime() > DAYS_MAX * DAY_MS) {
    throw invalidValue('to', `must be at most ${DAYS_MAX} days after from`)
  }
  return { from: start, to: end }
}
