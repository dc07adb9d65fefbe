import fc from 'fast-check'
import { expect, test } from 'vitest'
import { statementMonth } from '../../billing/statement-month.ts'
import { instants, onServersEverywhere, zones } from '../support/nasty-calendar.ts'

const iso = (date: Date) => date.toISOString()

onServersEverywhere(() => {
  test.each([
    ['UTC', '2022-03-01T00:00:00Z', '2022-03', '2022-03-01T00:00:00.000Z', '2022-04-01T00:00:00.000Z'],
    // Still February in New York; its March begins in winter time and ends in summer time.
    [
      'America/New_York',
      '2022-03-01T00:00:00Z',
      '2022-02',
      '2022-02-01T05:00:00.000Z',
      '2022-03-01T05:00:00.000Z',
    ],
    [
      'America/New_York',
      '2022-03-01T05:00:00Z',
      '2022-03',
      '2022-03-01T05:00:00.000Z',
      '2022-04-01T04:00:00.000Z',
    ],
    [
      'Asia/Kathmandu',
      '2024-03-31T18:14:59Z',
      '2024-03',
      '2024-02-29T18:15:00.000Z',
      '2024-03-31T18:15:00.000Z',
    ],
    [
      'Pacific/Kiritimati',
      '2025-12-31T10:00:00Z',
      '2026-01',
      '2025-12-31T10:00:00.000Z',
      '2026-01-31T10:00:00.000Z',
    ],
    // Midnight comes twice in Havana: the month begins with the first.
    [
      'America/Havana',
      '2026-11-01T04:30:00Z',
      '2026-11',
      '2026-11-01T04:00:00.000Z',
      '2026-12-01T05:00:00.000Z',
    ],
    // Clocks show 31 October once more after November has begun.
    [
      'America/St_Johns',
      '2009-11-01T02:45:00Z',
      '2009-11',
      '2009-11-01T02:30:00.000Z',
      '2009-12-01T03:30:00.000Z',
    ],
  ])('in %s the month at %s is %s, from %s to %s', (timeZone, instant, month, from, to) => {
    const found = statementMonth(timeZone, new Date(instant))
    expect({ ...found, from: iso(found.from), to: iso(found.to) }).toEqual({ month, timeZone, from, to })
  })
})

test('every instant lies in the month that is found for it, and months follow each other', () => {
  fc.assert(
    fc.property(zones, instants, (timeZone, instant) => {
      const month = statementMonth(timeZone, instant)
      expect(month.from <= instant && instant < month.to).toBe(true)
      expect(statementMonth(timeZone, month.from)).toEqual(month)
      expect(statementMonth(timeZone, new Date(month.to.getTime() - 1))).toEqual(month)
      expect(statementMonth(timeZone, month.to).from).toEqual(month.to)
    }),
    { numRuns: 500 },
  )
})

test('an unknown zone is refused', () => {
  expect(() => statementMonth('Mars/Olympus', new Date('2026-03-10T12:00:00Z'))).toThrow(RangeError)
})
