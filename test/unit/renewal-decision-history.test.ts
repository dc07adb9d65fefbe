import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { periodStart } from '../../billing/renewal-calendar.ts'
import { anchors } from '../support/nasty-calendar.ts'
import { DAY_MS, type NumberWorld, play, settings, takeTurn, turns } from '../support/number-calendar.ts'

/** Milliseconds of a period in which the number could be used. */
function rentedMs({ anchor, states }: NumberWorld, index: number): { rentedMs: number; lengthMs: number } {
  const from = periodStart(anchor, index).getTime()
  const to = periodStart(anchor, index + 1).getTime()
  const spans = states.map(({ state, since }, n) => {
    const until = states[n + 1]?.since.getTime() ?? Number.POSITIVE_INFINITY
    const isRented = state === 'active' || state === 'grace'
    return isRented ? Math.max(0, Math.min(to, until) - Math.max(from, since.getTime())) : 0
  })
  return { rentedMs: spans.reduce((a, b) => a + b, 0), lengthMs: to - from }
}

function holdsFor(rule: (world: NumberWorld) => void): void {
  fc.assert(
    fc.property(anchors, settings, turns, (anchor, rules, story) => rule(play(anchor, rules, story))),
    { numRuns: 200 },
  )
}

test('whatever happens, a period is charged once, in order, not before it begins, and only from credit', () => {
  holdsFor(({ anchor, charges, available }) => {
    const indexes = charges.map(({ index }) => index)
    expect(indexes).toEqual([...new Set(indexes)].toSorted((a, b) => a - b))
    for (const { index, at } of charges) expect(at >= periodStart(anchor, index)).toBe(true)
    expect(available).toBeGreaterThanOrEqual(0n)
  })
})

test('whatever happens, what was rented from beginning to end is charged and what was not rented is not', () => {
  holdsFor((world) => {
    const charged = new Set(world.charges.map(({ index }) => index))
    for (let index = 0; index <= world.lastChargedIndex; index++) {
      const { rentedMs: rented, lengthMs } = rentedMs(world, index)
      if (rented === lengthMs) expect(charged.has(index)).toBe(true)
      if (rented === 0) expect(charged.has(index)).toBe(false)
    }
  })
})

test('whatever happens, nobody loses a number without a warning in time, given once', () => {
  holdsFor(({ warnings, repeatedNotices, settings: { graceDays, suspendedDays, noticeDays } }) => {
    const days = { suspend: graceDays, release: suspendedDays }
    for (const { step, warningMs } of warnings) {
      expect(warningMs).toBeGreaterThanOrEqual(Math.min(noticeDays, days[step]) * DAY_MS)
    }
    expect(repeatedNotices).toBe(0)
  })
})

test('whatever happens, enough credit makes every number that is not gone active again', () => {
  holdsFor((world) => {
    const wasGone = world.state === 'released'
    takeTurn(world, { waitMs: 1, deposit: parseUsd('1000'), isNightly: false, recharge: 'unavailable' })
    expect(world.state).toBe(wasGone ? 'released' : 'active')
  })
})
