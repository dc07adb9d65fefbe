import { parseInstant } from '../instant.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const PATTERN = /^(?:\w{3}, )?(\d{1,2}) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})$/

/** `Tue, 31 Aug 2010 20:36:28 +0000` → epoch milliseconds, or null when it is no such time. */
export function parseRfc2822(text: string): number | null {
  const match = PATTERN.exec(text)
  if (!match) return null
  const [, day = '', monthName = '', year, time, offset] = match
  const month = String(MONTHS.indexOf(monthName) + 1).padStart(2, '0')
  return parseInstant(`${year}-${month}-${day.padStart(2, '0')}T${time}${offset}`)
}
