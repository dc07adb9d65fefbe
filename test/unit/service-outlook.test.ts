import { describe, expect, it } from 'vitest'
import { micros } from '../../billing/money.ts'
import { type ServiceFacts, serviceOutlook } from '../../billing/service-outlook.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const usd = (dollars: number) => micros(BigInt(dollars * 1_000_000))

const facts = (fields: Partial<ServiceFacts> & { spends?: number; overMs?: number } = {}): ServiceFacts => {
  const { spends = 0, overMs = HOUR_MS, ...others } = fields
  const spending = { amount: usd(spends), overMs }
  return { status: 'active', available: usd(10), present: 'active', spending, ...others }
}

describe('a service', () => {
  it.each([
    ['at zero', { available: usd(0) }, 'no_credit'],
    ['below zero', { available: usd(-1) }, 'no_credit'],
    ['of a suspended account', { status: 'suspended' }, 'account_suspended'],
    ['of a closed account', { status: 'closed', available: usd(-1) }, 'account_closed'],
  ] as const)('%s is stopped, and looked at when something happens', (_, fields, reason) => {
    expect(serviceOutlook(facts(fields))).toEqual({ state: 'stopped', reason, lookAfterMs: null })
  })

  it.each([
    ['would last longer than half an hour is active', 19, 'active', 'active'],
    ['would last just half an hour is active', 20, 'active', 'active'],
    ['would last shorter than half an hour is ending', 20.000001, 'active', 'ending'],
    ['would last shorter than half an hour is ending when it comes back', 21, 'stopped', 'ending'],
    ['was ending stays so while it would last shorter than an hour', 10.000001, 'ending', 'ending'],
    ['was ending is active when it would last an hour', 10, 'ending', 'active'],
    ['was ending is active when nothing is spent any more', 0, 'ending', 'active'],
  ] as const)('that %s', (_, spends, present, state) => {
    expect(serviceOutlook(facts({ spends, present }))).toMatchObject({
      state,
      reason: state === 'ending' ? 'credit_runs_out' : null,
    })
  })

  it.each(['active', 'ending'] as const)(
    'that is %s stays so on less than ten minutes of spending',
    (present) => {
      const outlook = serviceOutlook(facts({ spends: 9, overMs: 9 * MINUTE_MS, present }))
      expect(outlook).toMatchObject({ state: present, lookAfterMs: MINUTE_MS })
    },
  )

  it('is judged by the rate of the time in which the spending happened', () => {
    const available = usd(4)
    expect(serviceOutlook(facts({ spends: 2, overMs: 10 * MINUTE_MS, available }))).toMatchObject({
      state: 'ending',
    })
    expect(serviceOutlook(facts({ spends: 2, overMs: HOUR_MS, available }))).toMatchObject({
      state: 'active',
    })
  })

  it.each([
    ['that spends nothing waits for something to happen', { spends: 0 }, null],
    ['that lasts longer than a day waits for something to happen', { spends: 0.4 }, null],
    ['is looked at when half of what it has left before it is ending is over', { spends: 4 }, HOUR_MS],
    ['is looked at a minute later at the soonest', { spends: 20 }, MINUTE_MS],
    ['that is ending is looked at every five minutes', { spends: 30 }, 5 * MINUTE_MS],
  ])('%s', (_, fields, lookAfterMs) => {
    expect(serviceOutlook(facts(fields)).lookAfterMs).toBe(lookAfterMs)
  })
})
