import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { micros, parseUsd } from '../../billing/money.ts'
import { type DatedDebit, type RunwayFacts, runway } from '../../billing/runway.ts'

const DAY_MS = 86_400_000
const NOW = new Date('2026-03-02T12:00:00Z')
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS)

const facts = (fields: Partial<RunwayFacts> & { credit?: string } = {}): RunwayFacts => {
  const { credit = '90', ...others } = fields
  const balance = parseUsd(credit)
  return {
    now: NOW,
    balance,
    available: balance,
    spent: { amount: parseUsd('280'), days: 28 },
    renewals: [],
    recharge: null,
    ...others,
  }
}

const renewal = (days: number, usd: string, setAsideDays: number | null = days): DatedDebit => ({
  at: inDays(days),
  setAsideAt: setAsideDays === null ? null : inDays(setAsideDays),
  amount: parseUsd(usd),
})

describe('the runway', () => {
  it('is the credit divided by what a day cost on average', () => {
    expect(runway(facts())).toEqual({
      spendPerDay: parseUsd('10'),
      lastsUntil: inDays(9),
      lastsDays: 9,
      rechargeAt: null,
    })
  })

  it('of credit that is used up is over', () => {
    expect(runway(facts({ credit: '0' }))).toMatchObject({ lastsUntil: NOW, lastsDays: 0 })
    expect(runway(facts({ credit: '-5' }))).toMatchObject({ lastsUntil: NOW, lastsDays: 0 })
  })

  it.each([
    ['nothing is spent', facts({ spent: { amount: parseUsd('0'), days: 7 } })],
    ['it is longer than a year', facts({ credit: '3651' })],
    ['corrections outweigh what was spent', facts({ spent: { amount: parseUsd('-3'), days: 7 } })],
  ])('has no end where %s', (_, given) => {
    expect(runway(given)).toMatchObject({ lastsUntil: null, lastsDays: null })
  })

  it('takes each renewal on its date', () => {
    const renewals = [renewal(20, '1'), renewal(3, '20')]
    expect(runway(facts({ renewals }))).toMatchObject({ lastsUntil: inDays(7) })
  })

  it('ends with the renewal that uses up the rest', () => {
    expect(runway(facts({ renewals: [renewal(5, '60')] }))).toMatchObject({ lastsUntil: inDays(5) })
  })

  it('ends when a renewal is set aside, and not again when it is paid', () => {
    expect(runway(facts({ renewals: [renewal(8, '60', 4)] }))).toMatchObject({ lastsUntil: inDays(4) })
    const setAside = facts({ credit: '90', available: parseUsd('30'), renewals: [renewal(1, '60', null)] })
    expect(runway(setAside)).toMatchObject({ lastsUntil: inDays(3) })
  })

  it('counts whole days', () => {
    expect(runway(facts({ credit: '19.999999' })).lastsDays).toBe(1)
  })
})

describe('the next recharge', () => {
  const threshold = parseUsd('10')
  const recharge = { threshold, notBefore: null }

  it('comes when the balance falls strictly below the threshold', () => {
    const { rechargeAt } = runway(facts({ recharge }))
    // One micro takes 9 ms to spend.
    expect(rechargeAt?.getTime()).toBe(inDays(8).getTime() + 9)
  })

  it('comes at once where the balance is below the threshold already', () => {
    expect(runway(facts({ credit: '9.999999', recharge })).rechargeAt).toEqual(NOW)
  })

  it('waits for the schedule after a decline, even beyond the end of the credit', () => {
    const later = { threshold, notBefore: inDays(2) }
    expect(runway(facts({ credit: '5', recharge: later })).rechargeAt).toEqual(inDays(2))
  })

  it('comes with a renewal that takes the balance below the threshold', () => {
    expect(runway(facts({ renewals: [renewal(2, '65')], recharge })).rechargeAt).toEqual(inDays(2))
  })

  it('does not come where the credit that is left is set aside and the service stops before', () => {
    const given = facts({ credit: '90', available: parseUsd('20'), recharge })
    expect(runway(given)).toMatchObject({ lastsUntil: inDays(2), rechargeAt: null })
  })

  it('does not come within a year where little is spent', () => {
    expect(runway(facts({ spent: { amount: parseUsd('0'), days: 7 }, recharge })).rechargeAt).toBeNull()
  })
})

describe('for any account', () => {
  const amount = (max: bigint) => fc.bigInt({ min: 0n, max }).map(micros)
  const account = fc.record({
    credit: fc.bigInt({ min: -50_000_000n, max: 5_000_000_000n }),
    setAside: fc.bigInt({ min: 0n, max: 100_000_000n }),
    spent: fc.record({ amount: amount(3_000_000_000n), days: fc.constantFrom(1, 7, 28) }),
    debits: fc.array(fc.record({ days: fc.integer({ min: -3, max: 400 }), amount: amount(40_000_000n) }), {
      maxLength: 12,
    }),
    threshold: fc.bigInt({ min: 10_000_000n, max: 100_000_000n }),
  })
  type Account = typeof account extends fc.Arbitrary<infer T> ? T : never
  const course = ({ credit, setAside, spent, debits, threshold }: Account) =>
    runway({
      now: NOW,
      balance: micros(credit),
      available: micros(credit - setAside),
      spent,
      renewals: debits.map(({ days, amount: owed }) => ({
        at: inDays(days),
        setAsideAt: inDays(days),
        amount: owed,
      })),
      recharge: { threshold: micros(threshold), notBefore: null },
    })

  it('the runway is never negative and the recharge never later than its end', () => {
    fc.assert(
      fc.property(account, (given) => {
        const { lastsUntil, lastsDays, rechargeAt } = course(given)
        if (lastsUntil) expect(lastsUntil >= NOW).toBe(true)
        expect(lastsDays ?? 0).toBeGreaterThanOrEqual(0)
        if (rechargeAt) expect(rechargeAt >= NOW && (!lastsUntil || rechargeAt <= lastsUntil)).toBe(true)
      }),
    )
  })

  it('more credit never lasts shorter', () => {
    fc.assert(
      fc.property(account, fc.bigInt({ min: 0n, max: 500_000_000n }), (given, more) => {
        const less = course(given).lastsUntil?.getTime() ?? Infinity
        const longer = course({ ...given, credit: given.credit + more }).lastsUntil?.getTime() ?? Infinity
        expect(longer).toBeGreaterThanOrEqual(less)
      }),
    )
  })
})
