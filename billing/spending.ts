import { type Micros, ZERO_MICROS } from './money.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What an account was charged in the UTC hour of its last charge, and in the UTC day of that hour. */
export interface Spending {
  /** Beginning of the hour; null where nothing was ever charged. */
  readonly spendHour: Date | null
  readonly hourSpent: Micros
  readonly daySpent: Micros
}

/** What was spent in the hour and the day of an instant. A window that has passed since counts nothing any more. */
export function spentNow(
  { spendHour, hourSpent, daySpent }: Spending,
  now: Date,
): { readonly hourSpent: Micros; readonly daySpent: Micros } {
  if (spendHour === null) return { hourSpent: ZERO_MICROS, daySpent: ZERO_MICROS }
  const isOf = (windowMs: number) =>
    Math.floor(spendHour.getTime() / windowMs) >= Math.floor(now.getTime() / windowMs)
  return {
    hourSpent: isOf(HOUR_MS) ? hourSpent : ZERO_MICROS,
    daySpent: isOf(DAY_MS) ? daySpent : ZERO_MICROS,
  }
}
