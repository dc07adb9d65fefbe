const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/

/** Reads an ISO 8601 instant with its offset (`2026-03-08T02:30:00.250-05:00`, `…Z`) as epoch milliseconds; finer
 *  fractions are cut. Null without an offset and for instants that no clock shows: 30 February, hour 24, second 60. */
export function parseInstant(text: string): number | null {
  if (!INSTANT.test(text)) return null
  const zone = text.endsWith('Z') ? text.length - 1 : Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'))
  const day = dayStartMs(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
  const timeOfDay = minutesMs(number(text, 11, 13), number(text, 14, 16))
  const second = zone > 16 ? number(text, 17, 19) : 0
  const offset = offsetMs(text, zone)
  if (day === null || timeOfDay === null || second > 59 || offset === null) return null
  return day + timeOfDay + second * 1000 + fractionMs(text, zone) - offset
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Null for a day that the month does not have. Years below 1000 are refused: `Date.UTC` reads 0 to 99 as 19xx. */
function dayStartMs(year: number, month: number, day: number): number | null {
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0
  const days = (DAYS_OF_MONTH[month - 1] ?? 0) + leapDay
  return year >= 1000 && day >= 1 && day <= days ? Date.UTC(year, month - 1, day) : null
}

function minutesMs(hour: number, minute: number): number | null {
  return hour <= 23 && minute <= 59 ? (hour * 60 + minute) * 60_000 : null
}

/** Positive east of Greenwich. */
function offsetMs(text: string, zone: number): number | null {
  if (text[zone] === 'Z') return 0
  const size = minutesMs(number(text, zone + 1, zone + 3), number(text, text.length - 2, text.length))
  return size !== null && text[zone] === '-' ? -size : size
}

/** The first three digits of what follows the seconds' point. */
function fractionMs(text: string, zone: number): number {
  if (zone <= 20) return 0
  const end = Math.min(zone, 23)
  return number(text, 20, end) * 10 ** (23 - end)
}

/** The digits from `start` to before `end`, checked already. Much faster than `Number` of a slice. */
function number(text: string, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + text.charCodeAt(i) - 48
  return value
}
