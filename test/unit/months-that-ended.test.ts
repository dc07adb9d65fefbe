import { describe, expect, it } from 'vitest'
import { businessDateAt, cutOffOf, nextDate } from '../../billing/business-date.ts'
import { monthsThatEnded } from '../../jobs/make-statements.ts'

const ZONES = [
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Africa/Cairo',
  'Europe/London',
  'Pacific/Chatham',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
]

describe('the months that ended within a business date', () => {
  it.each(ZONES)('are each month of three years once and in order in %s', (zone) => {
    const ended: string[] = []
    for (let date = '2027-01-03'; date < '2030-01-03'; date = nextDate(date)) {
      const month = monthsThatEnded([zone], cutOffOf(date)).get(zone)
      if (!month) continue
      ended.push(month.month)
      expect(businessDateAt(new Date(month.to.getTime() - 1)), 'the date its last instant lies on').toBe(date)
    }
    const expected = Array.from({ length: 36 }, (_, n) =>
      new Date(Date.UTC(2027, n, 1)).toISOString().slice(0, 7),
    )
    expect(ended).toEqual(expected)
  })

  it('are none on another day of the month', () => {
    expect(monthsThatEnded(ZONES, cutOffOf('2027-03-15'))).toEqual(new Map())
  })
})
