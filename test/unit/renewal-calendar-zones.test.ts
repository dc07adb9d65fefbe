import { expect, test } from 'vitest'
import { periodAt, periodKey, periodStart, type RenewalAnchor } from '../../billing/renewal-calendar.ts'
import { zoneClock } from '../../billing/renewal-zone.ts'
import { ALL_ZONES } from '../support/nasty-calendar.ts'

const YEARS = 10
const MINUTE_MS = 60_000
/** Where clocks jump, and where they do not. */
const TIMES_OF_DAY = [0, 30, 60, 90, 120, 150, 179, 720, 1410, 1439].map((minutes) => minutes * MINUTE_MS)

test('in every zone, bought on any day of a month, ten years of periods follow each other without gap or overlap', () => {
  const faults = ALL_ZONES.flatMap((timeZone) =>
    Array.from({ length: 31 }, (_, n) => ({ timeZone, day: n + 1 })).flatMap(({ day }) => {
      const local = Date.UTC(2022, 0, day) + (TIMES_OF_DAY[day % TIMES_OF_DAY.length] ?? 0)
      return faultsOf({ at: new Date(zoneClock(timeZone).instantMs(local)), timeZone }, day)
    }),
  )
  expect(faults).toEqual([])
}, 120_000)

function faultsOf(anchor: RenewalAnchor, day: number): string[] {
  const faults: string[] = []
  let before = { start: Number.NEGATIVE_INFINITY, key: '' }
  for (let index = 0; index <= YEARS * 12; index++) {
    const start = periodStart(anchor, index).getTime()
    const key = periodKey(anchor, index)
    const isInOrder = start > before.start && key > before.key
    const beginsHere =
      periodAt(anchor, new Date(start)) === index && periodAt(anchor, new Date(start - 1)) === index - 1
    const keyDay = Number(key.slice(8))
    const isAnchorDay = keyDay === day || (keyDay < day && key === lastDayOf(key))
    if (!isInOrder || !beginsHere || !isAnchorDay) faults.push(`${anchor.timeZone} day ${day} period ${key}`)
    before = { start, key }
  }
  return faults
}

function lastDayOf(key: string): string {
  const [year = 0, month = 0] = key.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}
