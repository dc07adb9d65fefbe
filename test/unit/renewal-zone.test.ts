import { expect, test } from 'vitest'
import { isKnownZone, zoneClock } from '../../billing/renewal-zone.ts'

const HOUR_MS = 3_600_000

// Each spelling has a clock of its own, which has seen nothing yet.
test.each([
  ['America/new_york', 'the instant of the change first', [0, -1, 1]],
  ['america/New_York', 'the time before it first', [-1, 0, 1]],
  ['AMERICA/NEW_YORK', 'the time after it first', [1, -1, 0]],
])('the clock %s, asked for %s, changes with the hour', (timeZone, _, order) => {
  const changeMs = Date.parse('2026-03-08T07:00:00Z')
  const clock = zoneClock(timeZone)
  const offsets = new Map(order.map((ms) => [ms, clock.localMs(changeMs + ms) - (changeMs + ms)]))
  expect([-1, 0, 1].map((ms) => offsets.get(ms))).toEqual([-5 * HOUR_MS, -4 * HOUR_MS, -4 * HOUR_MS])
})

test.each(['UTC', 'Europe/Dublin', 'Asia/Calcutta', 'Etc/GMT-14'])('%s is a zone', (timeZone) => {
  expect(isKnownZone(timeZone)).toBe(true)
})

test.each(['', 'Mars/Olympus', '+02:00', 'UTC+1', 'Europe/Dublin '])('%j is none', (timeZone) => {
  expect(isKnownZone(timeZone)).toBe(false)
})
