import { describe, expect, it } from 'vitest'
import { formatTime, monthName, zoneName } from '../../web/page/time/format-time.ts'
import { rangeOf } from '../../web/page/time/time-range.ts'
import { instantOf, startOfDay, wallTimeOf } from '../../web/page/time/zoned-time.ts'

describe('the clocks of a zone', () => {
  it.each([
    ['2026-11-23T09:30', 'America/New_York', '2026-11-23T14:30:00.000Z'],
    ['2026-07-01T00:00', 'Asia/Kathmandu', '2026-06-30T18:15:00.000Z'],
    ['2026-07-01T00:00', 'Australia/Sydney', '2026-06-30T14:00:00.000Z'],
    ['2026-11-23T09:30', 'UTC', '2026-11-23T09:30:00.000Z'],
  ])('show %s in %s at %s', (wall, timeZone, instant) => {
    expect(instantOf(wall, timeZone)).toBe(instant)
    expect(wallTimeOf(instant, timeZone)).toBe(wall)
  })

  it('leave an hour out in spring, which is moved by it', () => {
    expect(instantOf('2026-03-08T02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z')
  })

  it('show an hour twice in autumn, of which it is the first', () => {
    expect(instantOf('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
  })

  it('begin a day at its first midnight, however long it is', () => {
    const noon = new Date('2026-11-01T17:00:00Z')
    const zone = { timeZone: 'America/New_York' }
    expect(startOfDay(noon, { ...zone, days: 0 })).toBe('2026-11-01T04:00:00.000Z')
    expect(startOfDay(noon, { ...zone, days: 1 })).toBe('2026-11-02T05:00:00.000Z')
  })
})

describe('a range', () => {
  const now = new Date('2026-11-23T03:00:00Z')

  it.each([
    ['1', '2026-11-22T07:00:00.000Z'],
    ['7', '2026-11-16T07:00:00.000Z'],
  ] as const)('of %s days begins at a midnight of the zone and has all of today', (preset, from) => {
    expect(rangeOf({ preset }, { now, timeZone: 'America/Phoenix' })).toEqual({
      from,
      to: '2026-11-23T07:00:00.000Z',
    })
  })

  it('that somebody chose is as they chose it', () => {
    const chosen = { preset: null, from: '2026-01-01T00:00:00.000Z', to: null }
    expect(rangeOf(chosen, { now, timeZone: 'UTC' })).toEqual({ from: chosen.from, to: null })
  })
})

describe('times in words', () => {
  it('are those of the account, not of the browser', () => {
    const instant = '2026-11-23T03:00:00.000Z'
    expect(formatTime(instant, 'America/Phoenix', 'date')).toBe('Nov 22, 2026')
    expect(formatTime(instant, 'Australia/Sydney', 'date')).toBe('Nov 23, 2026')
    expect(zoneName('America/New_York', new Date(instant))).toBe('America/New York (GMT-5)')
    expect(monthName('2026-03')).toBe('March 2026')
  })
})
