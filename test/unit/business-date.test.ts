import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { businessDateAt, cutOffOf, datesOwed, nextDate, RUN_LAG_MS } from '../../billing/business-date.ts'
import { instants, onServersEverywhere } from '../support/nasty-calendar.ts'

const DAY_MS = 86_400_000

onServersEverywhere(() => {
  test('a business date is the day of UTC', () => {
    expect(businessDateAt(new Date('2026-03-08T23:59:59.999Z'))).toBe('2026-03-08')
    expect(businessDateAt(new Date('2026-03-09T00:00:00Z'))).toBe('2026-03-09')
    expect(cutOffOf('2028-02-29')).toEqual(new Date('2028-03-01T00:00:00Z'))
    expect(nextDate('2026-03-08')).toBe('2026-03-09')
  })
})

test.each([
  ['2026-02-28', '2026-03-01'],
  ['2028-02-28', '2028-02-29'],
  ['2028-02-29', '2028-03-01'],
  ['2026-12-31', '2027-01-01'],
])('%s is followed by %s', (date, next) => expect(nextDate(date)).toBe(next))

test.each(['', '2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', 'today'])(
  '%j is no date',
  (text) => {
    expect(() => cutOffOf(text)).toThrow(`${JSON.stringify(text)} is not a date like 2026-03-31`)
    expect(() => nextDate(text)).toThrow(RangeError)
  },
)

test('every instant lies before the cut-off of its date and not before that of the day before', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const cutOff = cutOffOf(businessDateAt(instant)).getTime()
      expect(cutOff - instant.getTime()).toBeGreaterThan(0)
      expect(cutOff - instant.getTime()).toBeLessThanOrEqual(DAY_MS)
    }),
  )
})

describe('of the dates owed', () => {
  const owed = (last: string | null, now: string) =>
    datesOwed({ last, first: '2026-03-01', now: new Date(now) })

  test.each([
    ['2026-03-04', '2026-03-06T00:09:59.999Z', []],
    ['2026-03-04', '2026-03-06T00:10:00Z', ['2026-03-05']],
    ['2026-03-05', '2026-03-06T23:59:59Z', []],
    ['2026-03-04', '2026-03-08T12:00:00Z', ['2026-03-05', '2026-03-06', '2026-03-07']],
    ['2026-03-04', '2026-03-01T12:00:00Z', []],
    [null, '2026-02-10T12:00:00Z', []],
    [null, '2026-03-01T23:00:00Z', []],
    [null, '2026-03-03T01:00:00Z', ['2026-03-01', '2026-03-02']],
    ['2028-02-27', '2028-03-02T01:00:00Z', ['2028-02-28', '2028-02-29', '2028-03-01']],
  ])('after %s, at %s, there are %j', (last, now, dates) => expect(owed(last, now)).toEqual(dates))

  test('each is owed once, in order, without a gap, however the clock jumps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3 * DAY_MS, max: 5 * DAY_MS }), { maxLength: 60 }), (steps) => {
        const ran: string[] = []
        let nowMs = Date.parse('2026-03-01T12:00:00Z')
        let newestMs = nowMs
        for (const stepMs of steps) {
          nowMs += stepMs
          newestMs = Math.max(newestMs, nowMs)
          ran.push(...owed(ran.at(-1) ?? null, new Date(nowMs).toISOString()))
        }
        expect(ran).toEqual(datesBefore(newestMs - RUN_LAG_MS))
      }),
    )
  })

  function datesBefore(ms: number): string[] {
    const days = Math.max(0, Math.floor((ms - Date.parse('2026-03-01')) / DAY_MS))
    return Array.from({ length: days }, (_, n) =>
      new Date(Date.UTC(2026, 2, 1 + n)).toISOString().slice(0, 10),
    )
  }
})
