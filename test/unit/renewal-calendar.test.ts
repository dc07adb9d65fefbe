import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { periodAt, periodKey, periodOf, periodStart } from '../../billing/renewal-calendar.ts'
import { bought, onServersEverywhere } from '../support/nasty-calendar.ts'

const utc = (text: string) => new Date(text.endsWith('Z') ? text : `${text}T00:00:00Z`)
const iso = (date: Date) => date.toISOString().replace('.000', '')

onServersEverywhere(() => {
  test.each([
    ['2023-01-31', 'UTC', '28 31 30 31 30 31 31 30 31 30 31 31 29 31 30 31 30 31 31 30 31 30 31 31 28'],
    ['2024-01-31', 'UTC', '29 31 30 31 30 31 31 30 31 30 31 31 28 31 30 31 30 31 31 30 31 30 31 31 28'],
    ['2024-02-29', 'UTC', '29 29 29 29 29 29 29 29 29 29 29 28 29 29 29 29 29 29 29 29 29 29 29 28 29'],
    ['2023-02-28', 'UTC', '28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28'],
    ['2027-12-30', 'America/New_York', '30 29 30 30 30 30 30 30 30 30 30 30 30 28 30 30'],
  ])('what was bought on %s in %s renews on the days %s', (date, timeZone, days) => {
    const anchor = bought(`${date}T09:30`, timeZone)
    const starts = days.split(' ').map((_, n) => Temporal.PlainDate.from(periodKey(anchor, n + 1)))
    expect(starts.map(({ day }) => day).join(' ')).toBe(days)
    const months = starts.map(({ year, month }) => year * 12 + month)
    expect(months).toEqual(months.map((_, n) => (months[0] ?? 0) + n))
  })

  test.each([
    ['2014-12-31', 2, '2015-02-28'],
    ['2014-09-01', 5, '2015-02-01'],
    ['2015-01-31', 13, '2016-02-29'],
    ['2003-01-27', 1, '2003-02-27'],
    ['2000-02-28', 12, '2001-02-28'],
    ['2000-02-29', 12, '2001-02-28'],
    ['1999-02-28', 12, '2000-02-28'],
    ['2003-12-01', 13, '2005-01-01'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2024-12-31', 2, '2025-02-28'],
    ['2023-01-31', 3, '2023-04-30'],
    ['2013-03-25', 1, '2013-04-25'],
  ])('bought on %s, period %i begins on %s', (date, index, start) => {
    expect(periodOf(bought(date, 'UTC'), index)).toEqual({ index, startsAt: utc(start), key: start })
  })

  test.each([
    ['2024-03-31T22:30:00', 'Etc/GMT-5', 1, '2024-04-30T17:30:00Z'],
    ['2024-01-31T15:45:30', 'Etc/GMT+8', 1, '2024-02-29T23:45:30Z'],
    ['2024-01-31T23:59:59', 'Etc/GMT-9', 2, '2024-03-31T14:59:59Z'],
    ['2023-01-12T02:30:00', 'America/New_York', 1, '2023-02-12T07:30:00Z'],
    ['2023-01-12T02:30:00', 'America/New_York', 2, '2023-03-12T07:30:00Z'],
    ['2023-01-12T02:30:00', 'America/New_York', 3, '2023-04-12T06:30:00Z'],
    ['2023-01-12T02:30:00', 'America/New_York', 15, '2024-04-12T06:30:00Z'],
    ['2024-01-01T00:00:00', 'America/New_York', 2, '2024-03-01T05:00:00Z'],
    ['2024-01-01T00:00:00', 'America/New_York', 3, '2024-04-01T04:00:00Z'],
    ['2018-01-01T09:00:00', 'America/Sao_Paulo', 12, '2019-01-01T11:00:00Z'],
    ['2018-01-01T09:00:00', 'America/Sao_Paulo', 24, '2020-01-01T12:00:00Z'],
    // The first of the two times it is half past one.
    ['2026-10-01T01:30:00', 'America/New_York', 1, '2026-11-01T05:30:00Z'],
    // Skipped: by an hour, by half an hour, at midnight, by a whole day.
    ['2026-02-08T02:30:00', 'America/New_York', 1, '2026-03-08T07:30:00Z'],
    ['2026-09-04T02:15:00', 'Australia/Lord_Howe', 1, '2026-10-03T15:45:00Z'],
    ['2018-10-04T00:20:00', 'America/Sao_Paulo', 1, '2018-11-04T03:20:00Z'],
    ['2011-11-30T12:00:00', 'Pacific/Apia', 1, '2011-12-30T22:00:00Z'],
  ])('bought at %s in %s, period %i begins at %s', (local, timeZone, index, start) => {
    expect(iso(periodStart(bought(local, timeZone), index))).toBe(start)
  })

  test.each([
    [
      '2022-02-28T01:59:00',
      'UTC',
      '2024-08-28T01:59:00Z',
      30,
      '2024-08-28T01:59:00Z',
      '2024-09-28T01:59:00Z',
    ],
    ['2023-04-28T01:59:00', 'UTC', '2023-05-28T01:59:00Z', 1, '2023-05-28T01:59:00Z', '2023-06-28T01:59:00Z'],
    [
      '2020-09-30T12:30:00',
      'America/New_York',
      '2022-03-30T16:30:00Z',
      18,
      '2022-03-30T16:30:00Z',
      '2022-04-30T16:30:00Z',
    ],
    [
      '2019-01-31T02:00:00',
      'UTC',
      '2020-01-31T02:00:00Z',
      12,
      '2020-01-31T02:00:00Z',
      '2020-02-29T02:00:00Z',
    ],
    [
      '2023-04-29T23:00:00',
      'Europe/London',
      '2025-01-29T22:59:59Z',
      20,
      '2024-12-29T23:00:00Z',
      '2025-01-29T23:00:00Z',
    ],
    [
      '2019-01-28T02:00:00',
      'Asia/Kolkata',
      '2021-03-27T20:30:00Z',
      26,
      '2021-03-27T20:30:00Z',
      '2021-04-27T20:30:00Z',
    ],
    [
      '2019-02-28T23:00:00',
      'Australia/Sydney',
      '2020-03-28T12:00:00Z',
      13,
      '2020-03-28T12:00:00Z',
      '2020-04-28T13:00:00Z',
    ],
    [
      '2021-04-30T23:00:00',
      'America/Sao_Paulo',
      '2021-12-31T01:59:59Z',
      7,
      '2021-12-01T02:00:00Z',
      '2021-12-31T02:00:00Z',
    ],
    [
      '2021-06-30T03:59:00',
      'Europe/London',
      '2022-05-10T11:19:44Z',
      10,
      '2022-04-30T02:59:00Z',
      '2022-05-30T02:59:00Z',
    ],
    [
      '2019-05-28T12:59:00',
      'America/Sao_Paulo',
      '2021-08-30T09:51:02Z',
      27,
      '2021-08-28T15:59:00Z',
      '2021-09-28T15:59:00Z',
    ],
    [
      '2019-03-29T00:59:00',
      'Europe/London',
      '2021-09-28T23:58:59Z',
      29,
      '2021-08-28T23:59:00Z',
      '2021-09-28T23:59:00Z',
    ],
    [
      '2024-07-30T02:59:00',
      'UTC',
      '2026-12-09T16:22:51Z',
      28,
      '2026-11-30T02:59:00Z',
      '2026-12-30T02:59:00Z',
    ],
    [
      '2022-04-30T03:30:00',
      'UTC',
      '2023-11-03T19:22:09Z',
      18,
      '2023-10-30T03:30:00Z',
      '2023-11-30T03:30:00Z',
    ],
    [
      '2021-02-15T01:00:00',
      'UTC',
      '2022-12-15T00:59:59Z',
      21,
      '2022-11-15T01:00:00Z',
      '2022-12-15T01:00:00Z',
    ],
    [
      '2022-01-30T12:59:00',
      'America/New_York',
      '2022-12-30T17:58:59Z',
      10,
      '2022-11-30T17:59:00Z',
      '2022-12-30T17:59:00Z',
    ],
    [
      '2021-03-31T00:00:00',
      'UTC',
      '2022-03-29T00:00:00Z',
      11,
      '2022-02-28T00:00:00Z',
      '2022-03-31T00:00:00Z',
    ],
    ['2021-03-29T00:00:00', 'UTC', '2022-01-28T00:00:00Z', 9, '2021-12-29T00:00:00Z', '2022-01-29T00:00:00Z'],
    [
      '2021-02-02T00:00:00',
      'UTC',
      '2022-03-10T00:00:00Z',
      13,
      '2022-03-02T00:00:00Z',
      '2022-04-02T00:00:00Z',
    ],
    [
      '2019-04-30T00:00:00',
      'UTC',
      '2020-03-29T00:00:00Z',
      10,
      '2020-02-29T00:00:00Z',
      '2020-03-30T00:00:00Z',
    ],
    ['2022-01-30T00:00:00', 'UTC', '2022-02-28T00:00:00Z', 1, '2022-02-28T00:00:00Z', '2022-03-30T00:00:00Z'],
  ])('bought at %s in %s, at %s the period is %i, from %s to %s', (local, timeZone, now, index, from, to) => {
    const anchor = bought(local, timeZone)
    expect(periodAt(anchor, utc(now))).toBe(index)
    expect(iso(periodStart(anchor, index))).toBe(from)
    expect(iso(periodStart(anchor, index + 1))).toBe(to)
  })
})

test('what is bought in the second of two equal hours begins with the purchase', () => {
  const anchor = { at: utc('2026-11-01T06:30:00Z'), timeZone: 'America/New_York' }
  expect(periodStart(anchor, 0)).toEqual(anchor.at)
  expect(periodAt(anchor, utc('2026-11-01T06:29:59Z'))).toBe(-1)
  expect(iso(periodStart(anchor, 1))).toBe('2026-12-01T06:30:00Z')
})

test('when clocks go back over the end of a month, the month that has begun stays begun', () => {
  // Saint John's went from 00:01 on 1 November back to 23:01.
  const anchor = bought('2009-10-01T00:00:30', 'America/St_Johns')
  const start = periodStart(anchor, 1)
  expect(iso(start)).toBe('2009-11-01T02:30:30Z')
  for (const minutes of [0, 1, 30, 59, 61, 90]) {
    expect(periodAt(anchor, new Date(start.getTime() + minutes * 60_000))).toBe(1)
  }
})

test.each(['Mars/Olympus', '', '+02:00', 'UTC+1'])('the zone %j is refused by its name', (timeZone) => {
  const anchor = { at: utc('2026-02-01'), timeZone }
  expect(() => periodStart(anchor, 1)).toThrow(RangeError)
  expect(() => periodAt(anchor, utc('2026-03-01'))).toThrow(timeZone)
})

test.each([-1, 0.5, Number.NaN])('there is no period %d', (index) => {
  expect(() => periodKey({ at: utc('2026-02-01'), timeZone: 'UTC' }, index)).toThrow(RangeError)
})
