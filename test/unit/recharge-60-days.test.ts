import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyDecline } from '../../billing/decline.ts'
import { DECLINE_CODES } from '../../billing/decline-codes.ts'
import { type Micros, micros, sumMicros } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS, type PastTopup, type RechargeCaps } from '../../billing/recharge-caps.ts'
import { declineOf } from '../support/declines.ts'
import {
  type Answer,
  DAY_MS,
  HOUR_MS,
  registerAgain,
  START_MS,
  swapCards,
  World,
} from '../support/recharge-world.ts'

/** The most of the times that lie in any one span. */
function mostWithin(times: readonly Date[], spanMs: number): number {
  const inSpan = (start: Date) =>
    times.filter((at) => at >= start && at.getTime() < start.getTime() + spanMs).length
  return Math.max(0, ...times.map(inSpan))
}

function expectLimitsKept({ accounts, attempts }: World): void {
  for (const { declinedTries } of accounts) {
    for (const tries of Map.groupBy(declinedTries, ({ newestCardAt }) => newestCardAt.getTime()).values()) {
      const sinceCard = tries.map(({ at }) => at)
      expect(mostWithin(sinceCard, DAY_MS), 'our 1, since the newest card').toBeLessThanOrEqual(1)
    }
    const times = declinedTries.map(({ at }) => at)
    expect(mostWithin(times, 14 * DAY_MS)).toBeLessThanOrEqual(8)
  }
  for (const ofCard of Map.groupBy(attempts, ({ fingerprint }) => fingerprint).values()) {
    const declinedAt = ofCard.filter(({ verdict }) => verdict !== null).map(({ at }) => at)
    expect(mostWithin(declinedAt, DAY_MS), 'our 1, Mastercard 10').toBeLessThanOrEqual(1)
    expect(mostWithin(declinedAt, 14 * DAY_MS), 'our 8').toBeLessThanOrEqual(8)
    expect(mostWithin(declinedAt, 30 * DAY_MS), 'Visa 15, Mastercard 35').toBeLessThanOrEqual(15)
    const stop = ofCard.findIndex(({ verdict }) => verdict?.stopsCard)
    expect(stop === -1 ? [] : ofCard.slice(stop + 1), 'attempts after a stop').toEqual([])
  }
}

const hoursOf = ({ attempts }: World) => attempts.map(({ at }) => (at.getTime() - START_MS) / HOUR_MS)

describe.each([...DECLINE_CODES.keys(), 'never_seen_before'])('60 days of %s', (declineCode) => {
  const { class: declineClass } = classifyDecline(declineOf({ declineCode }))
  const retries = declineClass === 'retry_later' || declineClass === 'duplicate'

  test(`are ${retries ? 'five attempts at growing intervals' : 'one attempt'}, then rest`, () => {
    const world = new World({ cards: [['f-1']], bank: () => ({ declineCode }) })
    world.run()
    expect(hoursOf(world)).toEqual(retries ? [0, 24, 72, 144, 240] : [0])
  })

  test.each([
    ['one card', [['f-1']]],
    ['a backup card', [['f-1', 'f-2']]],
    ['a backup that is the same card', [['f-1', 'f-1']]],
    ['two accounts that share a card', [['f-1', 'f-2'], ['f-1']]],
  ])('keep every limit with %s and customers that register it again every hour', (_, cards) => {
    const world = new World({ cards, bank: () => ({ declineCode }) })
    world.run(registerAgain)
    expectLimitsKept(world)
    expect(world.attempts.length).toBeLessThanOrEqual(declineClass === 'stop' ? 2 : 64)
  })
})

test('a customer who registers a card again every hour reaches our limits, and no further', () => {
  const world = new World({ cards: [['f-1']], bank: () => ({ declineCode: 'generic_decline' }) })
  world.run(registerAgain)
  const days = hoursOf(world).map((hour) => hour / 24)
  expect(days.slice(0, 16)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 17, 18, 19, 20, 30])
})

test.each([
  ['24', 24],
  ['27', 96],
  ['30', 240],
])(
  "after Mastercard's %s the next attempt comes %i hours later, while nobody acts",
  (networkAdviceCode, hours) => {
    const world = new World({
      cards: [['f-1']],
      bank: () => ({ declineCode: 'insufficient_funds', networkAdviceCode }),
    })
    world.run()
    expect(hoursOf(world)[1]).toBe(hours)
  },
)

test('any mixture of answers, cards and customers keeps every limit', () => {
  const answer: fc.Arbitrary<Answer> = fc.option(
    fc.record({
      declineCode: fc.constantFrom(null, 'never_seen_before', ...DECLINE_CODES.keys()),
      adviceCode: fc.constantFrom(null, null, 'try_again_later', 'confirm_card_data', 'do_not_try_again'),
      networkAdviceCode: fc.constantFrom(null, null, '02', '03', '24', '26', '30', '41'),
      outcomeType: fc.constantFrom('issuer_declined', 'issuer_declined', 'invalid', 'blocked'),
      brand: fc.constantFrom('visa', 'mastercard', null),
    }),
    { freq: 4 },
  )
  const fingerprints = fc.constantFrom('f-1', 'f-2', 'f-3')
  const cards = fc.array(fc.array(fingerprints, { maxLength: 2 }), { minLength: 1, maxLength: 2 })
  const answers = fc.array(answer, { minLength: 1, maxLength: 40 })
  const acts = fc.array(fc.constantFrom(registerAgain, swapCards, null, null), {
    minLength: 1,
    maxLength: 60,
  })
  fc.assert(
    fc.property(cards, answers, acts, (cardsOf, given, does) => {
      const world = new World({ cards: cardsOf, bank: (_, attempt) => given[attempt % given.length] ?? null })
      world.run((account, hour) => does[hour % does.length]?.(account, hour))
      expectLimitsKept(world)
      for (const { topups } of world.accounts) expectCapsKept(topups, DEFAULT_RECHARGE_CAPS)
    }),
    { numRuns: 60 },
  )
})

describe('a balance that is always low on a card that is always good', () => {
  test('is recharged up to the caps and no further', () => {
    const world = new World({ cards: [['f-1']], bank: () => null })
    world.run()
    const [topups = []] = world.accounts.map((account) => account.topups)
    const days = topups.map(({ createdAt }) => Math.floor((createdAt.getTime() - START_MS) / DAY_MS))
    expect(topups).toHaveLength(80)
    expect(days.slice(0, 16)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 7])
    expectCapsKept(topups, DEFAULT_RECHARGE_CAPS)
  })

  test('never exceeds any caps, in any span', () => {
    const cap = (countMax: number) =>
      fc.record({
        count: fc.integer({ min: 1, max: countMax }),
        dollars: fc.bigInt({ min: 100n, max: 3_000n }),
      })
    fc.assert(
      fc.property(cap(6), cap(12), cap(30), (day, week, month) => {
        const caps = { day: capOf(day), week: capOf(week), month: capOf(month) }
        const world = new World({ cards: [['f-1']], bank: () => null, caps })
        world.run()
        for (const { topups } of world.accounts) {
          expect(topups.length).toBeGreaterThan(1)
          expectCapsKept(topups, caps)
        }
      }),
      { numRuns: 40 },
    )
  })
})

function capOf({ count, dollars }: { count: number; dollars: bigint }) {
  return { count, amount: micros(dollars * 1_000_000n) }
}

function expectCapsKept(topups: readonly PastTopup[], caps: RechargeCaps): void {
  for (const [cap, spanMs] of [
    [caps.day, DAY_MS],
    [caps.week, 7 * DAY_MS],
    [caps.month, 30 * DAY_MS],
  ] as const) {
    const times = topups.map(({ createdAt }) => createdAt)
    expect(mostWithin(times, spanMs)).toBeLessThanOrEqual(cap.count)
    for (const start of times) expect(moneyWithin(topups, start, spanMs)).toBeLessThanOrEqual(cap.amount)
  }
}

function moneyWithin(topups: readonly PastTopup[], start: Date, spanMs: number): Micros {
  const inSpan = topups.filter(
    ({ createdAt }) => createdAt >= start && createdAt.getTime() < start.getTime() + spanMs,
  )
  return sumMicros(inSpan.map(({ amount }) => amount))
}
