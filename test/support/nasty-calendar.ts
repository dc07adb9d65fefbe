import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import type { RenewalAnchor } from '../../billing/renewal-calendar.ts'

/** Zones whose clocks do what is easily forgotten: half hours, negative summer time, two hours, a day left out. */
export const NASTY_ZONES = [
  'Africa/Casablanca',
  'America/Havana',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Antarctica/Troll',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
] as const

export const ALL_ZONES: readonly string[] = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])]

/** The zones of the servers that the rules must not depend on. */
const SERVER_ZONES = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham'] as const

export const zones = fc.oneof(fc.constantFrom(...NASTY_ZONES), fc.constantFrom(...ALL_ZONES))

/** Two thirds of them lie within a day of a month's end. */
export const instants = fc.oneof(
  fc.date({ min: new Date('2005-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
  fc
    .record({
      month: fc.integer({ min: 0, max: 419 }),
      ms: fc.integer({ min: -86_400_000, max: 86_400_000 }),
      round: fc.constantFrom(1, 60_000, 1_800_000),
    })
    .map(({ month, ms, round }) => new Date(Date.UTC(2005, month) + Math.round(ms / round) * round)),
)

export const anchors: fc.Arbitrary<RenewalAnchor> = fc.record({ at: instants, timeZone: zones })

/** Runs the tests on a server in each of these zones: what they say must not depend on it. */
export function onServersEverywhere(tests: () => void): void {
  describe.each(SERVER_ZONES)('on a server in %s', (serverZone) => {
    beforeAll(() => {
      vi.stubEnv('TZ', serverZone)
      // Node names Kolkata by its older name.
      expect([serverZone, 'Asia/Calcutta']).toContain(Intl.DateTimeFormat().resolvedOptions().timeZone)
    })
    afterAll(() => vi.unstubAllEnvs())
    tests()
  })
}

/** What was bought at a local time: the first of two equal ones. */
export function bought(local: string, timeZone: string): RenewalAnchor {
  const at = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds
  return { at: new Date(at), timeZone }
}
