import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../billing/instant.ts'

describe('an instant', () => {
  test.each([
    ['2026-11-05T14:00:00Z', '2026-11-05T14:00:00.000Z'],
    ['2026-11-05T14:00Z', '2026-11-05T14:00:00.000Z'],
    ['2026-11-05T14:00:00+05:30', '2026-11-05T08:30:00.000Z'],
    ['2026-11-05T14:00:00-0500', '2026-11-05T19:00:00.000Z'],
    ['2026-11-05T14:00:00.5-12:00', '2026-11-06T02:00:00.500Z'],
    ['2026-11-05T14:00-12:00', '2026-11-06T02:00:00.000Z'],
    ['2028-02-29T23:59:59Z', '2028-02-29T23:59:59.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is read as %s', (text, instant) => {
    expect(parseInstant(text)).toBe(Date.parse(instant))
  })

  test('a fraction finer than a millisecond is cut, never rounded', () => {
    expect(parseInstant('2026-11-05T14:00:00.9999999Z')).toBe(Date.parse('2026-11-05T14:00:00.999Z'))
  })

  test.each([
    ['2026-11-05T14:00:00', 'no offset'],
    ['2026-11-05', 'no time'],
    ['2026-02-30T00:00:00Z', 'no such day'],
    ['2027-02-29T00:00:00Z', 'no leap year'],
    ['2100-02-29T00:00:00Z', 'no leap year'],
    ['2026-13-01T00:00:00Z', 'no such month'],
    ['2026-00-10T00:00:00Z', 'no such month'],
    ['2026-11-00T00:00:00Z', 'no such day'],
    ['2026-11-05T24:00:00Z', 'no such hour'],
    ['2026-11-05T23:60:00Z', 'no such minute'],
    ['2026-11-05T23:59:60Z', 'no such second'],
    ['2026-11-05T14:00:00+24:00', 'no such offset'],
    ['2026-11-05T14:00:00.Z', 'no fraction'],
    ['2026-11-05 14:00:00Z', 'no T'],
    [' 2026-11-05T14:00:00Z', 'a space'],
    ['2026-11-05T14:00:00Z\n', 'a line end'],
    ['0050-01-01T00:00:00Z', 'a year before 1000'],
    ['', 'nothing'],
  ])('%j is refused: %s', (text) => {
    expect(parseInstant(text)).toBeNull()
  })

  test('every instant that a clock shows is read back from its ISO text', () => {
    const dates = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime())
      }),
    )
  })
})
