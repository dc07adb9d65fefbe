import { describe, expect, test } from 'vitest'
import { type LimitUsage, limitReached, prefixCapFor } from '../../billing/hold-limits.ts'
import { type Micros, parseUsd, ZERO_MICROS } from '../../billing/money.ts'
import type { ServiceAsk } from '../../billing/service-policy.ts'
import { ATTEMPT, anUsage, aPolicy, INBOUND, OLD_DAYS, OUTBOUND, TEXT } from '../support/service-policies.ts'

const PREMIUM: ServiceAsk = { item: 'phone_call', kind: 'outbound', to: '+97912345678' }

const policy = aPolicy({
  limits: { concurrentCalls: 3, spendPerHour: parseUsd('10'), spendPerDay: parseUsd('30') },
  prefixCaps: [{ prefix: '979', concurrentCalls: 2, spendPerDay: parseUsd('5') }],
})

function reached(
  usage: Partial<LimitUsage>,
  {
    ask = OUTBOUND,
    amount = parseUsd('1'),
    isExtension = false,
    accountAgeDays = OLD_DAYS,
  }: { ask?: ServiceAsk; amount?: Micros; isExtension?: boolean; accountAgeDays?: number } = {},
) {
  const found = limitReached({
    ask,
    amount,
    isExtension,
    usage: anUsage(usage),
    policy,
    accountAgeDays,
  })
  return found?.limit ?? null
}

describe('a limit on spending', () => {
  test.each<[string, Partial<LimitUsage>, string | null]>([
    ['lets through what reaches it exactly', { hourSpent: parseUsd('9') }, null],
    ['of the hour refuses what goes beyond', { hourSpent: parseUsd('9.000001') }, 'spend_per_hour'],
    [
      'of the hour counts what is held as spent',
      { hourSpent: parseUsd('4'), held: parseUsd('5.000001') },
      'spend_per_hour',
    ],
    ['of the day lets through what reaches it exactly', { daySpent: parseUsd('29') }, null],
    ['of the day refuses what goes beyond', { daySpent: parseUsd('29.000001') }, 'spend_per_day'],
    [
      'of the day counts what is held as spent',
      { daySpent: parseUsd('24'), held: parseUsd('5.000001') },
      'spend_per_day',
    ],
    ['is told before too many calls', { hourSpent: parseUsd('10'), openCalls: 3 }, 'spend_per_hour'],
  ])('%s', (_, usage, limit) => {
    expect(reached(usage)).toBe(limit)
  })

  test('is not reached by what costs nothing', () => {
    expect(reached({ hourSpent: parseUsd('99'), daySpent: parseUsd('99') }, { amount: ZERO_MICROS })).toBe(
      null,
    )
  })

  test('holds for a call that goes on, too', () => {
    expect(reached({ hourSpent: parseUsd('10') }, { isExtension: true })).toBe('spend_per_hour')
  })

  test('is smaller for a new account', () => {
    const usage = { hourSpent: parseUsd('9') }
    const wide = aPolicy({ limits: { ...policy.limits, spendPerHour: parseUsd('100') } })
    const ask = { ask: OUTBOUND, amount: parseUsd('12'), isExtension: false, usage: anUsage(usage) }
    expect(limitReached({ ...ask, policy: wide, accountAgeDays: 6 })).toEqual({
      limit: 'spend_per_hour',
      prefix: null,
      max: parseUsd('20'),
    })
    expect(limitReached({ ...ask, policy: wide, accountAgeDays: 7 })).toBe(null)
  })
})

describe('a limit on the number of calls', () => {
  test.each<[string, Partial<LimitUsage>, Parameters<typeof reached>[1], string | null]>([
    ['lets the last one through', { openCalls: 2 }, {}, null],
    ['refuses one more', { openCalls: 3 }, {}, 'concurrent_calls'],
    ['refuses one more that costs nothing', { openCalls: 3 }, { amount: ZERO_MICROS }, 'concurrent_calls'],
    ['counts inbound calls', { openCalls: 3 }, { ask: INBOUND }, 'concurrent_calls'],
    ['lets a call that runs go on', { openCalls: 3 }, { isExtension: true }, null],
    ['lets a text through', { openCalls: 3 }, { ask: TEXT }, null],
    ['lets an attempt to connect a caller through', { openCalls: 3 }, { ask: ATTEMPT }, null],
  ])('%s', (_, usage, options, limit) => {
    expect(reached(usage, options)).toBe(limit)
  })
})

describe('a cap of a prefix', () => {
  test.each<[string, Partial<LimitUsage>, Parameters<typeof reached>[1], string | null]>([
    ['lets through what reaches it exactly', { prefixSpent: parseUsd('4') }, {}, null],
    ['refuses spending beyond it', { prefixSpent: parseUsd('4.000001') }, {}, 'prefix_spend'],
    [
      'refuses spending beyond it of a call that goes on',
      { prefixSpent: parseUsd('5') },
      { isExtension: true },
      'prefix_spend',
    ],
    ['lets the last of its calls through', { prefixOpenCalls: 1 }, {}, null],
    ['refuses one more of its calls', { prefixOpenCalls: 2 }, {}, 'prefix_calls'],
    ['lets one of its calls that runs go on', { prefixOpenCalls: 2 }, { isExtension: true }, null],
  ])('%s', (_, usage, options, limit) => {
    expect(reached(usage, { ask: PREMIUM, ...options })).toBe(limit)
  })

  test('names the prefix and what it allows', () => {
    const usage = anUsage({ prefixOpenCalls: 2 })
    const amount = ZERO_MICROS
    expect(
      limitReached({ ask: PREMIUM, amount, isExtension: false, usage, policy, accountAgeDays: OLD_DAYS }),
    ).toEqual({ limit: 'prefix_calls', prefix: '979', max: 2 })
  })

  test('says nothing about other numbers', () => {
    expect(reached({ prefixSpent: parseUsd('9'), prefixOpenCalls: 9 }, { ask: OUTBOUND })).toBe(null)
  })
})

describe('the cap that covers a number', () => {
  const capOf = (ask: ServiceAsk, prefixes: readonly string[]) =>
    prefixCapFor(
      ask,
      aPolicy({
        prefixCaps: prefixes.map((prefix) => ({ prefix, concurrentCalls: 1, spendPerDay: null })),
      }),
    )?.prefix ?? null

  test.each<[string, ServiceAsk, readonly string[], string | null]>([
    ['is that of its prefix', PREMIUM, ['1', '979'], '979'],
    ['is the one with the longest prefix, wherever it stands', PREMIUM, ['97', '9791', '979'], '9791'],
    ['is none without a prefix of it', OUTBOUND, ['979'], null],
    ['may be that of a text', { item: 'outgoing_text', kind: null, to: PREMIUM.to }, ['979'], '979'],
    [
      'may be that of an attempt to connect a caller',
      { item: 'ring_through_attempt', kind: null, to: PREMIUM.to },
      ['979'],
      '979',
    ],
    ["is none for an inbound call, whose number is the account's own", INBOUND, ['1203'], null],
    ['is none for a short code', { item: 'outgoing_text', kind: null, to: '97912' }, ['979'], null],
  ])('%s', (_, ask, prefixes, prefix) => {
    expect(capOf(ask, prefixes)).toBe(prefix)
  })

  test.each(['+19005550100', '+870773111632', '+8821612345', '+97912345678'])(
    'is set by default for %s',
    (to) => {
      expect(prefixCapFor({ item: 'phone_call', kind: 'outbound', to }, aPolicy())).not.toBe(null)
    },
  )
})
