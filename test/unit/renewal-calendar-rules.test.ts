import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { periodAt, periodKey, periodStart } from '../../billing/renewal-calendar.ts'
import { anchors, NASTY_ZONES, onServersEverywhere } from '../support/nasty-calendar.ts'

onServersEverywhere(() => {
  test('periods follow each other without gap or overlap, and any instant lies in one', () => {
    fc.assert(
      fc.property(
        anchors,
        fc.nat({ max: 120 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (anchor, index, part) => {
          const from = periodStart(anchor, index).getTime()
          const to = periodStart(anchor, index + 1).getTime()
          expect(to).toBeGreaterThan(from)
          expect(periodKey(anchor, index + 1) > periodKey(anchor, index)).toBe(true)
          expect(periodAt(anchor, new Date(from))).toBe(index)
          expect(periodAt(anchor, new Date(from + Math.floor((to - from - 1) * part)))).toBe(index)
          expect(periodAt(anchor, new Date(to - 1))).toBe(index)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('a period begins where Temporal puts the anchor in its month', () => {
    fc.assert(
      fc.property(anchors, fc.integer({ min: 1, max: 120 }), (anchor, index) => {
        const local = Temporal.Instant.fromEpochMilliseconds(anchor.at.getTime())
          .toZonedDateTimeISO(anchor.timeZone)
          .toPlainDateTime()
        const nominal = local.add({ months: index })
        const start = nominal.toZonedDateTime(anchor.timeZone, { disambiguation: 'compatible' })
        expect(periodStart(anchor, index).getTime()).toBe(start.epochMilliseconds)
        expect(periodKey(anchor, index)).toBe(nominal.toPlainDate().toString())
      }),
      { numRuns: 400 },
    )
  })
})

test('keys differ when the account moves to a zone where the purchase fell on another day', () => {
  const at = new Date('2026-02-01T03:00:00Z')
  fc.assert(
    fc.property(fc.constantFrom(...NASTY_ZONES), fc.constantFrom(...NASTY_ZONES), (one, other) => {
      const before = Array.from({ length: 30 }, (_, index) => periodKey({ at, timeZone: one }, index))
      const after = Array.from({ length: 30 }, (_, index) => periodKey({ at, timeZone: other }, index + 30))
      expect(new Set([...before, ...after]).size).toBe(60)
    }),
  )
})
