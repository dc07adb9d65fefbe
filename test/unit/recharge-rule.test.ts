import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Micros, micros } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import { decideRecharge, type RechargeCard, type RechargeFacts } from '../../billing/recharge-rule.ts'

const HOUR_MS = 3_600_000
const NOW = new Date('2026-03-01T12:00:00Z')

const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS)
const inHours = (hours: number) => hoursAgo(-hours)
const usd = (dollars: number): Micros => micros(BigInt(dollars) * 1_000_000n)

function card(change: Partial<RechargeCard> = {}): RechargeCard {
  return {
    id: 'card-1',
    fingerprint: 'f-1',
    stoppedReason: null,
    isExpired: false,
    declinedAt: [],
    isBusy: false,
    ...change,
  }
}

const BACKUP = card({ id: 'card-2', fingerprint: 'f-2' })

/** An account that is due, changed by what the test is about. */
function decide(change: Partial<RechargeFacts> = {}) {
  return decideRecharge({
    enabled: true,
    pausedReason: null,
    accountActive: true,
    balance: usd(9),
    pending: usd(0),
    threshold: usd(10),
    amount: usd(100),
    hasOpenTopup: false,
    nextTryAt: null,
    recentTopups: [],
    caps: DEFAULT_RECHARGE_CAPS,
    declinedTries: [],
    newestCardAt: null,
    cards: [card()],
    now: NOW,
    ...change,
  })
}

test('an account below its threshold is charged exactly the set amount', () => {
  expect(decide()).toEqual({ do: 'charge', amount: 100_000_000n, cardIds: ['card-1'] })
  expect(decide({ balance: usd(-500) })).toEqual({ do: 'charge', amount: 100_000_000n, cardIds: ['card-1'] })
})

test.each([
  [{ enabled: false }, 'disabled'],
  [{ accountActive: false }, 'account_not_active'],
  [{ pausedReason: 'no_card' }, 'paused'],
  [{ balance: usd(10) }, 'above_threshold'],
  [{ balance: usd(4), pending: usd(6) }, 'above_threshold'],
  [{ balance: usd(4), pending: usd(5), hasOpenTopup: true }, 'open_topup'],
])('nothing happens with %o: %s', (change, why) => {
  expect(decide(change)).toEqual({ do: 'nothing', why })
})

test('a balance one micro below the threshold is below it', () => {
  expect(decide({ balance: micros(9_999_999n) }).do).toBe('charge')
})

describe('the cards', () => {
  test.each([
    ['the default and then the backup', [card(), BACKUP], ['card-1', 'card-2']],
    ['the backup alone where the default is stopped', [card({ stoppedReason: 'stop' }), BACKUP], ['card-2']],
    ['the backup alone where the default has expired', [card({ isExpired: true }), BACKUP], ['card-2']],
    [
      'the backup alone within a day of a decline',
      [card({ declinedAt: [hoursAgo(23)] }), BACKUP],
      ['card-2'],
    ],
    [
      'the default again a day after a decline',
      [card({ declinedAt: [hoursAgo(24)] }), BACKUP],
      ['card-1', 'card-2'],
    ],
    ['one card once, though it is registered twice', [card(), card({ id: 'card-2' })], ['card-1']],
  ])('tried are %s', (_, cards, cardIds) => {
    expect(decide({ cards })).toEqual({ do: 'charge', amount: 100_000_000n, cardIds })
  })

  test('that are being charged for another account are left alone for a minute', () => {
    const until = new Date(NOW.getTime() + 60_000)
    expect(decide({ cards: [card({ isBusy: true })] })).toEqual({ do: 'wait', until, why: 'card_busy' })
    const charge = { do: 'charge', amount: 100_000_000n, cardIds: ['card-2'] }
    expect(decide({ cards: [card({ isBusy: true }), BACKUP] })).toEqual(charge)
  })

  test.each([
    ['no_card', []],
    ['card_declined', [card({ stoppedReason: 'stop' })]],
    ['card_declined', [card({ stoppedReason: 'stop' }), card({ isExpired: true })]],
    ['card_expired', [card({ isExpired: true })]],
  ])('that cannot be used pause auto-recharge as %s', (reason, cards) => {
    expect(decide({ cards, nextTryAt: inHours(5) })).toEqual({ do: 'pause', reason })
  })
})

describe('after declines', () => {
  const every = (count: number, hours: number) =>
    Array.from({ length: count }, (_, index) => hoursAgo(hours * (index + 1)))

  test.each([
    ['a day after the last', [hoursAgo(20)], inHours(4)],
    [
      'when the eighth last in 14 days is 14 days old',
      every(9, 30),
      new Date(hoursAgo(240).getTime() + 336 * HOUR_MS),
    ],
  ])('of the account it is tried %s', (_, times, until) => {
    const declinedTries = times.map((at) => ({ at }))
    expect(decide({ declinedTries })).toEqual({ do: 'wait', until, why: 'after_decline' })
    expect(decide({ declinedTries, now: until }).do).toBe('charge')
  })

  test('the wait of a day counts from the newest card, the limit of 14 days does not', () => {
    const declinedTries = [{ at: hoursAgo(20) }]
    expect(decide({ declinedTries, newestCardAt: hoursAgo(21) }).do).toBe('wait')
    expect(decide({ declinedTries, newestCardAt: hoursAgo(19) }).do).toBe('charge')
    const eight = every(8, 3).map((at) => ({ at }))
    expect(decide({ declinedTries: eight, newestCardAt: NOW })).toEqual({
      do: 'wait',
      until: inHours(336 - 24),
      why: 'after_decline',
    })
  })

  test('the schedule is kept', () => {
    expect(decide({ nextTryAt: inHours(50) })).toEqual({
      do: 'wait',
      until: inHours(50),
      why: 'after_decline',
    })
    expect(decide({ nextTryAt: NOW }).do).toBe('charge')
  })

  test.each([
    ['1 in 24 hours', [hoursAgo(20)], inHours(4)],
    ['8 in 14 days', every(8, 40), inHours(336 - 320)],
    ['15 in 30 days', every(15, 47), inHours(720 - 705)],
  ])('of the card, in whatever account, at most %s are made', (_, declinedAt, until) => {
    expect(decide({ cards: [card({ declinedAt })] })).toEqual({ do: 'wait', until, why: 'card_limit' })
    expect(decide({ cards: [card({ declinedAt })], now: until }).do).toBe('charge')
  })

  test('of both cards, the one that opens first ends the wait', () => {
    const cards = [card({ declinedAt: [hoursAgo(3)] }), card({ ...BACKUP, declinedAt: [hoursAgo(9)] })]
    expect(decide({ cards })).toEqual({ do: 'wait', until: inHours(15), why: 'card_limit' })
  })
})

describe('the caps', () => {
  const topups = (count: number, step: number, dollars = 100) =>
    Array.from({ length: count }, (_, index) => ({
      createdAt: hoursAgo(step * (index + 1)),
      amount: usd(dollars),
    }))

  test.each([
    ['5 in 24 hours', 'cap_day', topups(5, 2), inHours(14)],
    ['$1,000 in 24 hours', 'cap_day', topups(2, 2, 500), inHours(20)],
    ['15 in 7 days', 'cap_week', topups(15, 10), inHours(18)],
    ['$3,000 in 7 days', 'cap_week', topups(6, 25, 500), inHours(18)],
    ['40 in 30 days', 'cap_month', topups(40, 17), inHours(40)],
    ['$8,000 in 30 days', 'cap_month', topups(16, 42, 500), inHours(48)],
  ])('let %s through and no more', (_, why, recentTopups, until) => {
    expect(decide({ recentTopups })).toEqual({ do: 'wait', until, why })
    expect(decide({ recentTopups: recentTopups.slice(1) }).do).toBe('charge')
    expect(decide({ recentTopups, now: until }).do).toBe('charge')
  })

  test('of money wait until enough of it has left the span', () => {
    const recentTopups = [
      { createdAt: hoursAgo(5), amount: usd(500) },
      { createdAt: hoursAgo(10), amount: usd(400) },
      { createdAt: hoursAgo(20), amount: usd(60) },
    ]
    expect(decide({ recentTopups, amount: usd(200) })).toMatchObject({ until: inHours(14), why: 'cap_day' })
  })

  test('roll: midnight does not open them', () => {
    const recentTopups = topups(5, 0.01)
    const now = new Date('2026-03-02T00:00:01Z')
    expect(decide({ recentTopups, now })).toMatchObject({ do: 'wait', why: 'cap_day' })
  })

  test('below one recharge never open', () => {
    const caps = { ...DEFAULT_RECHARGE_CAPS, day: { count: 5, amount: usd(60) } }
    const first = decide({ caps })
    expect(first).toEqual({ do: 'wait', until: inHours(24), why: 'cap_day' })
    expect(decide({ caps, now: inHours(24) })).toMatchObject({ do: 'wait', why: 'cap_day' })
  })

  test('and a decline both wait: the longer wait answers', () => {
    const recentTopups = topups(5, 2)
    expect(decide({ recentTopups, nextTryAt: inHours(13) })).toMatchObject({ why: 'cap_day' })
    expect(decide({ recentTopups, nextTryAt: inHours(15) })).toMatchObject({ why: 'after_decline' })
  })
})

test('a wait ends at the first moment at which its rule allows a try', () => {
  const times = fc.array(fc.integer({ min: 0, max: 720 }), { maxLength: 45 })
  fc.assert(
    fc.property(times, times, fc.boolean(), (topupHours, declineHours, hasDeclines) => {
      const change: Partial<RechargeFacts> = {
        recentTopups: topupHours.map((hours) => ({ createdAt: hoursAgo(hours), amount: usd(100) })),
        cards: [card({ declinedAt: hasDeclines ? declineHours.map(hoursAgo) : [] })],
      }
      const decision = decide(change)
      if (decision.do !== 'wait') return
      expect(decide({ ...change, now: new Date(decision.until.getTime() - 1) }).do).toBe('wait')
      expect(decide({ ...change, now: decision.until }).do).toBe('charge')
    }),
  )
})
