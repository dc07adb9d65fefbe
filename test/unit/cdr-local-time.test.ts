import { describe, expect, it } from 'vitest'
import { localTimeToMs } from '../../billing/cdr/local-time.ts'
import { parseRfc2822 } from '../../billing/cdr/rfc2822-time.ts'

const NEW_YORK = 'America/New_York'

function instantOf(text: string, timeZone: string, near?: string): string {
  const nearMs = near === undefined ? undefined : Date.parse(near)
  const result = localTimeToMs({ text, timeZone, nearMs })
  return typeof result === 'string' ? result : new Date(result).toISOString()
}

describe('localTimeToMs', () => {
  it.each([
    ['2026-01-15 09:00:00', NEW_YORK, '2026-01-15T14:00:00.000Z'],
    ['2026-07-15 09:00:00', NEW_YORK, '2026-07-15T13:00:00.000Z'],
    ['2026-07-15 09:00:00', 'UTC', '2026-07-15T09:00:00.000Z'],
    ['2026-07-15 00:10:00', 'Asia/Kathmandu', '2026-07-14T18:25:00.000Z'],
    ['2024-02-29 23:59:59', 'Pacific/Auckland', '2024-02-29T10:59:59.000Z'],
  ])('reads %s in %s as %s', (text, zone, instant) => {
    expect(instantOf(text, zone)).toBe(instant)
  })

  it.each([
    ['nothing', undefined, '2026-11-01T05:30:00.000Z'],
    ['an instant before it', '2026-11-01T05:29:50Z', '2026-11-01T05:30:00.000Z'],
    ['an instant of the second hour', '2026-11-01T06:29:50Z', '2026-11-01T06:30:00.000Z'],
  ])('chooses in the hour that happens twice by %s', (_, near, instant) => {
    expect(instantOf('2026-11-01 01:30:00', NEW_YORK, near)).toBe(instant)
  })

  it('refuses a time that clocks skipped', () => {
    expect(instantOf('2026-03-08 02:30:00', NEW_YORK)).toBe(
      '2026-03-08 02:30:00 did not happen in America/New_York: clocks went forward',
    )
  })

  it.each([
    '',
    '2026-02-30 10:00:00',
    '2026-01-01 25:00:00',
    '2026-01-01T10:00:00',
    '2026-1-1 1:00',
    '1762074000',
  ])('refuses %j', (text) => expect(instantOf(text, 'UTC')).toContain('is not a date and time'))
})

describe('parseRfc2822', () => {
  it.each([
    ['Tue, 31 Aug 2010 20:36:28 +0000', '2010-08-31T20:36:28.000Z'],
    ['1 Jan 2026 00:30:00 +0130', '2025-12-31T23:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(new Date(parseRfc2822(text) ?? Number.NaN).toISOString()).toBe(instant)
  })

  it.each(['', '2010-08-31T20:36:28Z', 'Tue, 31 Foo 2010 20:36:28 +0000', 'Tue, 31 Feb 2010 20:36:28 +0000'])(
    'refuses %j',
    (text) => expect(parseRfc2822(text)).toBeNull(),
  )
})
