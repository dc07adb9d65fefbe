import { describe, expect, test } from 'vitest'
import { micros, parseUsd } from '../../billing/money.ts'
import { DEFAULT_RENEWAL_SETTINGS, decideRenewal, type RenewalFacts } from '../../billing/renewal-decision.ts'

const PRICE = parseUsd('1.15')
const BROKE = { available: parseUsd('1.149999'), recharge: 'unavailable' } as const
const time = (text: string) => new Date(text)

/** Bought on 31 January, paid until 28 February, and asked a few minutes after that day's run is due. */
function decide(change: Partial<RenewalFacts> = {}) {
  return decideRenewal({
    state: 'active',
    stateSince: time('2026-01-31T10:00:00Z'),
    anchor: { at: time('2026-01-31T10:00:00Z'), timeZone: 'UTC' },
    lastChargedIndex: 0,
    price: PRICE,
    available: PRICE,
    recharge: 'ready',
    accountClosed: false,
    noticedAt: {},
    settings: DEFAULT_RENEWAL_SETTINGS,
    now: time('2026-03-01T00:12:00Z'),
    dueBefore: time('2026-03-01T00:00:00Z'),
    ...change,
  })
}

const FEBRUARY = { index: 1, startsAt: time('2026-02-28T10:00:00Z'), key: '2026-02-28' }
const MARCH = { index: 2, startsAt: time('2026-03-31T10:00:00Z'), key: '2026-03-31' }

describe('an active number', () => {
  test('is charged for the period that has begun', () => {
    expect(decide()).toEqual({
      decision: { do: 'charge', period: FEBRUARY, amount: PRICE, becomes: 'active' },
      notices: [],
    })
  })

  test('is charged when the renewal costs nothing, whatever the balance', () => {
    const { decision } = decide({ price: micros(0n), available: micros(-5n) })
    expect(decision).toMatchObject({ do: 'charge', amount: 0n })
  })

  test.each([
    ['paid up', { lastChargedIndex: 1 }, MARCH.startsAt],
    ['due after the cut-off of the run', { dueBefore: FEBRUARY.startsAt }, FEBRUARY.startsAt],
    [
      'due by a cut-off ahead of the clock',
      { now: time('2026-02-28T09:59:59Z'), dueBefore: time('2027-01-01') },
      FEBRUARY.startsAt,
    ],
  ])('that is %s waits', (_, change, nextDueAt) => {
    expect(decide(change)).toEqual({ decision: { do: 'nothing', nextDueAt }, notices: [] })
  })

  test('after an outage is charged every period, the oldest first', () => {
    const late = { now: time('2026-05-02T09:00:00Z'), dueBefore: time('2026-05-02T00:00:00Z') }
    const keys = [0, 1, 2].map((lastChargedIndex) => {
      const { decision } = decide({ ...late, lastChargedIndex })
      return decision.do === 'charge' && decision.period.key
    })
    expect(keys).toEqual(['2026-02-28', '2026-03-31', '2026-04-30'])
    expect(decide({ ...late, lastChargedIndex: 3 }).decision.do).toBe('nothing')
  })

  test.each(['ready', 'pending'] as const)(
    'that is not covered is left to a recharge that is %s',
    (recharge) => {
      expect(decide({ ...BROKE, recharge })).toEqual({ decision: { do: 'recharge_first' }, notices: [] })
    },
  )

  test('that nothing pays for enters grace and says so', () => {
    expect(decide(BROKE)).toEqual({
      decision: { do: 'enter_grace', until: time('2026-03-08T00:12:00Z') },
      notices: ['notice_grace'],
    })
  })

  test('whose grace is no longer than the notice is warned of both steps at once', () => {
    const settings = { ...DEFAULT_RENEWAL_SETTINGS, graceDays: 2 }
    expect(decide({ ...BROKE, settings })).toEqual({
      decision: { do: 'enter_grace', until: time('2026-03-03T00:12:00Z') },
      notices: ['notice_grace', 'notice_suspension'],
    })
  })
})

describe('three days before a renewal', () => {
  const ahead = { ...BROKE, lastChargedIndex: 1, now: time('2026-03-28T10:00:00Z') }

  test('an uncovered one is told of, once', () => {
    expect(decide(ahead)).toEqual({
      decision: { do: 'nothing', nextDueAt: MARCH.startsAt },
      notices: ['notice_renewal_uncovered'],
    })
    const noticedAt = { notice_renewal_uncovered: time('2026-03-28T10:00:00Z') }
    expect(decide({ ...ahead, noticedAt }).notices).toEqual([])
  })

  test.each([
    ['lies further ahead', { now: time('2026-03-28T09:59:59Z') }],
    ['is covered', { available: PRICE }],
    ['will be recharged', { recharge: 'ready' as const }],
    ['waits for a top-up', { recharge: 'pending' as const }],
    ['has no price', { price: null }],
  ])('one that %s is not told of', (_, change) => expect(decide({ ...ahead, ...change }).notices).toEqual([]))
})

describe('a number in grace', () => {
  const grace = {
    ...BROKE,
    state: 'grace',
    stateSince: time('2026-03-01T00:12:00Z'),
    noticedAt: { notice_grace: time('2026-03-01T00:12:00Z') },
  } as const
  const until = time('2026-03-08T00:12:00Z')

  test.each([
    ['2026-03-05T00:11:59Z', []],
    ['2026-03-05T00:12:00Z', ['notice_suspension']],
  ])('stays in it at %s, with the notices %j', (now, notices) => {
    expect(decide({ ...grace, now: time(now) })).toEqual({ decision: { do: 'stay_grace', until }, notices })
  })

  test('comes back as soon as it is covered, whatever the cut-off', () => {
    const { decision } = decide({ ...grace, available: PRICE, dueBefore: time('2026-02-01') })
    expect(decision).toEqual({ do: 'charge', period: FEBRUARY, amount: PRICE, becomes: 'active' })
  })

  test.each([
    ['2026-04-02T00:12:00Z', '2026-04-02T00:00:00Z', 'grace'],
    ['2026-03-31T10:00:00Z', '2026-04-01T00:00:00Z', 'grace'],
    ['2026-03-31T09:59:59Z', '2026-04-01T00:00:00Z', 'active'],
    ['2026-04-02T00:12:00Z', '2026-03-31T10:00:00Z', 'active'],
  ])('charged at %s by the run for what began before %s, becomes %s', (now, dueBefore, becomes) => {
    const { decision } = decide({ ...grace, available: PRICE, now: time(now), dueBefore: time(dueBefore) })
    expect(decision).toMatchObject({ do: 'charge', period: FEBRUARY, becomes })
  })

  test.each(['ready', 'pending'] as const)(
    'is not suspended before a recharge that is %s has ended',
    (recharge) => {
      const { decision } = decide({ ...grace, recharge, now: time('2026-06-01') })
      expect(decision).toEqual({ do: 'recharge_first' })
    },
  )

  test('is suspended when grace is over and it was warned', () => {
    const noticedAt = { ...grace.noticedAt, notice_suspension: time('2026-03-05T00:12:00Z') }
    expect(decide({ ...grace, noticedAt, now: time('2026-03-08T00:11:59Z') }).decision.do).toBe('stay_grace')
    expect(decide({ ...grace, noticedAt, now: until })).toEqual({
      decision: { do: 'suspend', until: time('2026-04-07T00:12:00Z') },
      notices: [],
    })
  })

  test.each([
    ['no days of notice', { noticeDays: 0 }, ['notice_suspension']],
    [
      'a suspension no longer than the notice',
      { noticeDays: 0, suspendedDays: 0 },
      ['notice_suspension', 'notice_release'],
    ],
  ])('with %s is suspended with the notices that are due', (_, change, notices) => {
    const settings = { ...DEFAULT_RENEWAL_SETTINGS, ...change }
    const { decision, notices: given } = decide({ ...grace, settings, now: until })
    expect([decision.do, given]).toEqual(['suspend', notices])
  })

  test('is warned first when grace ended while nobody ran', () => {
    const now = time('2026-03-20T00:00:00Z')
    const stay = { do: 'stay_grace', until: time('2026-03-23T00:00:00Z') }
    expect(decide({ ...grace, now })).toEqual({ decision: stay, notices: ['notice_suspension'] })
    const noticedAt = { ...grace.noticedAt, notice_suspension: now }
    expect(decide({ ...grace, noticedAt, now: time('2026-03-21') })).toEqual({ decision: stay, notices: [] })
    expect(decide({ ...grace, noticedAt, now: time('2026-03-23') }).decision.do).toBe('suspend')
  })

  test('is charged nothing early when the clock goes back', () => {
    const now = time('2026-02-27T00:12:00Z')
    expect(decide({ ...grace, now, available: PRICE }).decision).toEqual({ do: 'stay_grace', until })
  })
})

describe('a suspended number', () => {
  const suspended = {
    ...BROKE,
    state: 'suspended',
    stateSince: time('2026-03-08T00:12:00Z'),
    now: time('2026-03-20T15:00:00Z'),
    dueBefore: time('2026-03-20T15:00:00Z'),
  } as const
  const until = time('2026-04-07T00:12:00Z')
  const paid = { ...suspended, available: PRICE }

  test.each([
    ['2026-04-04T00:11:59Z', []],
    ['2026-04-04T00:12:00Z', ['notice_release']],
  ])('stays so at %s, with the notices %j', (now, notices) => {
    const decision = { do: 'stay_suspended', until }
    expect(decide({ ...suspended, now: time(now) })).toEqual({ decision, notices })
  })

  test('comes back for the whole price of the period it is in', () => {
    const charge = { do: 'charge', amount: PRICE, becomes: 'active' }
    expect(decide(paid).decision).toEqual({ ...charge, period: FEBRUARY })
    expect(decide({ ...paid, now: time('2026-03-31T10:00:00Z') }).decision).toEqual({
      ...charge,
      period: MARCH,
    })
  })

  test('owes what it was rented for to the end before it was suspended, first', () => {
    const outage = { ...paid, stateSince: time('2026-05-10'), now: time('2026-06-02') }
    const charges = [0, 1, 2].map((lastChargedIndex) => {
      const { decision } = decide({ ...outage, lastChargedIndex })
      return decision.do === 'charge' && [decision.period.key, decision.becomes]
    })
    expect(charges).toEqual([
      ['2026-02-28', 'suspended'],
      ['2026-03-31', 'suspended'],
      ['2026-05-31', 'active'],
    ])
  })

  test('is released when the days are over and it was warned', () => {
    const noticedAt = { notice_release: time('2026-04-04T00:12:00Z') }
    expect(decide({ ...suspended, noticedAt, now: until })).toEqual({
      decision: { do: 'release' },
      notices: [],
    })
  })

  test('is warned first when the days ended while nobody ran', () => {
    expect(decide({ ...suspended, now: time('2026-05-01') })).toEqual({
      decision: { do: 'stay_suspended', until: time('2026-05-04') },
      notices: ['notice_release'],
    })
  })

  test('is not released while a top-up is open', () => {
    const noticedAt = { notice_release: time('2026-04-04T00:12:00Z') }
    const { decision } = decide({ ...suspended, noticedAt, recharge: 'pending', now: time('2026-05-01') })
    expect(decision).toEqual({ do: 'recharge_first' })
  })

  test('is charged no period twice when the clock goes back', () => {
    expect(decide({ ...paid, now: time('2026-02-20T00:00:00Z') }).decision).toEqual({
      do: 'stay_suspended',
      until,
    })
  })
})

test.each(['released', 'ported_out'] as const)('a number that is %s is left alone', (state) => {
  expect(decide({ state })).toEqual({ decision: { do: 'nothing', nextDueAt: null }, notices: [] })
})

describe('refused, the number as it is, is', () => {
  test.each(['active', 'grace', 'suspended'] as const)('a renewal without a rate, %s', (state) => {
    expect(decide({ ...BROKE, state, price: null })).toEqual({
      decision: {
        do: 'refuse',
        code: 'no_rate',
        message: 'no rate covers the renewal of 2026-02-28: import one, and the next run charges it',
      },
      notices: [],
    })
  })

  test('a renewal for a closed account', () => {
    expect(decide({ accountClosed: true }).decision).toEqual({
      do: 'refuse',
      code: 'account_closed',
      message: 'the account is closed: release its numbers or port them out',
    })
  })

  test('a number in a zone that nobody knows', () => {
    const anchor = { at: time('2026-01-31T10:00:00Z'), timeZone: 'Mars/Olympus' }
    expect(decide({ anchor }).decision).toEqual({
      do: 'refuse',
      code: 'unknown_time_zone',
      message: '"Mars/Olympus" is no IANA time zone: the number\'s renewals have no date',
    })
  })
})
