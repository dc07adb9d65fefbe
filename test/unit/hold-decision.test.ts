import { describe, expect, test } from 'vitest'
import { decideExtension, decideHold, type HoldFacts } from '../../billing/hold-decision.ts'
import { holdTimes } from '../../billing/hold-times.ts'
import { micros } from '../../billing/money.ts'
import { picos } from '../../billing/picos.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import type { RateMatch, Refusal } from '../../billing/rating.ts'
import { DEFAULT_SERVICE_POLICY } from '../../billing/service-policy.ts'
import { callAsk } from '../support/holds.ts'
import { aRate } from '../support/rate-fixtures.ts'

const CENT = picos(10_000_000_000n)
const START = new Date('2026-03-02T12:00:00Z')

function at(rate = aRate({ rate: CENT, perSeconds: 1, incrementSeconds: 1 })): RateMatch {
  return { kind: 'match', from: 'standard', card: buildRateCard(1, [rate]), set: [rate] }
}

/** An old account with so many cents. */
function facts(cents: number, fields: Partial<HoldFacts> = {}): HoldFacts {
  return {
    status: 'active',
    available: micros(BigInt(cents) * 10_000n),
    policy: DEFAULT_SERVICE_POLICY,
    accountAgeDays: 100,
    usage: {
      openCalls: 0,
      held: micros(0n),
      hourSpent: micros(0n),
      daySpent: micros(0n),
      prefixSpent: micros(0n),
      prefixOpenCalls: 0,
    },
    ...fields,
  }
}

const decide = (seconds: number, cents: number, rates: RateMatch | Refusal = at()) =>
  decideHold(callAsk({ seconds }), { rates, startedAt: START, facts: facts(cents) })

const secondsAfterStart = (warnAt: Date | null) => warnAt && (warnAt.getTime() - START.getTime()) / 1_000

describe('a call of 300 wanted seconds at a cent a second', () => {
  test.each([
    [1, 1, -59],
    [59, 59, -1],
    [60, 60, 0],
    [90, 90, 30],
    [300, 300, 240],
    [359, 300, 299],
    [360, 300, null],
    [10_000, 300, null],
  ])('with %i cents is granted %i seconds, to be warned from second %s on', (cents, seconds, warned) => {
    const decision = decide(300, cents)
    expect(decision).toMatchObject({ kind: 'grant', seconds, amount: BigInt(seconds) * 10_000n })
    if (decision.kind === 'grant') expect(secondsAfterStart(decision.warnAt)).toBe(warned)
  })

  test.each([0, -1])('with %i cents is refused', (cents) => {
    expect(decide(300, cents)).toEqual({ kind: 'refuse', reason: 'insufficient_funds', limit: null })
  })
})

test('credit that pays a part of an increment does not pay for the increment', () => {
  const byMinute = at(aRate({ rate: CENT, perSeconds: 60, incrementSeconds: 60 }))
  expect(decide(300, 1, byMinute)).toMatchObject({ seconds: 60, amount: 10_000n })
  expect(decide(90, 2, byMinute)).toMatchObject({ seconds: 90, amount: 20_000n })
})

test('what costs nothing needs credit above zero to begin, and none to go on', () => {
  const free = at(aRate())
  expect(decide(300, 0, free)).toMatchObject({ reason: 'insufficient_funds' })
  expect(decide(300, 1, free)).toMatchObject({ kind: 'grant', seconds: 300, amount: 0n, warnAt: null })
  const call = { ask: callAsk(), startedAt: START, seconds: 300, held: micros(0n) }
  expect(decideExtension(call, { rates: free, seconds: 300, facts: facts(0) })).toMatchObject({
    seconds: 600,
  })
})

test.each(['suspended', 'closed'] as const)('an account that is %s may begin nothing', (status) => {
  const decision = decideHold(callAsk(), {
    rates: at(),
    startedAt: START,
    facts: facts(100, { status }),
  })
  expect(decision).toMatchObject({ kind: 'refuse', reason: 'account_suspended' })
})

test.each(['no_rate', 'destination_blocked'] as const)(
  'a destination without a price is refused: %s',
  (code) => {
    expect(decide(60, 100, { kind: 'refusal', code, message: '' })).toMatchObject({ reason: code })
  },
)

test('a limit refuses what the credit affords, and is named', () => {
  const full = facts(1_000, { usage: { ...facts(0).usage, openCalls: 50 } })
  expect(decideHold(callAsk(), { rates: at(), startedAt: START, facts: full })).toEqual({
    kind: 'refuse',
    reason: 'limit_reached',
    limit: { limit: 'concurrent_calls', prefix: null, max: 50 },
  })
})

describe('a running call of 60 seconds', () => {
  const call = { ask: callAsk(), startedAt: START, seconds: 60, held: micros(600_000n) }
  const extend = (seconds: number, cents: number, fields: Partial<HoldFacts> = {}) =>
    decideExtension(call, { rates: at(), seconds, facts: facts(cents, fields) })

  test('is extended by what it holds and what the credit affords beyond', () => {
    expect(extend(60, 30)).toMatchObject({ kind: 'grant', seconds: 90, amount: 900_000n })
    expect(extend(60, 500)).toMatchObject({ kind: 'grant', seconds: 120, warnAt: null })
  })

  test('is not extended without credit', () => {
    expect(extend(60, 0)).toMatchObject({ kind: 'refuse', reason: 'insufficient_funds' })
    expect(extend(60, -10)).toMatchObject({ kind: 'refuse', reason: 'insufficient_funds' })
  })

  test('goes into the overdraft where the policy lets it finish', () => {
    const policy = { ...DEFAULT_SERVICE_POLICY, end: 'finish', overdraft: micros(200_000n) } as const
    expect(extend(60, 0, { policy })).toMatchObject({ kind: 'grant', seconds: 80 })
    expect(extend(60, -20, { policy })).toMatchObject({ kind: 'refuse', reason: 'insufficient_funds' })
  })

  test('is never longer than a day', () => {
    const long = { ...call, seconds: 86_390, held: micros(863_900_000n) }
    const decision = decideExtension(long, { rates: at(), seconds: 300, facts: facts(1_000) })
    expect(decision).toMatchObject({ kind: 'grant', seconds: 86_400 })
  })
})

describe('the times of a hold', () => {
  test.each([
    [300, '12:08:00', '12:04:30'],
    [90, '12:04:30', '12:01:00'],
    [40, '12:03:40', '12:00:20'],
    [1, '12:03:01', '12:00:00.500'],
  ])('of %i seconds: it expires at %s, and is to be extended before %s', (seconds, expires, extend) => {
    expect(holdTimes({ startedAt: START, seconds })).toEqual({
      expiresAt: new Date(`2026-03-02T${expires}Z`),
      extendBefore: new Date(`2026-03-02T${extend}Z`),
    })
  })

  test('of what has no duration: it expires after ten minutes', () => {
    const expiresAt = new Date('2026-03-02T12:10:00Z')
    expect(holdTimes({ startedAt: START, seconds: null })).toEqual({ expiresAt, extendBefore: null })
  })
})
