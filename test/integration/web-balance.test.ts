import { describe, expect, test } from 'vitest'
import { formatUsd, micros, parseUsd, ZERO_MICROS } from '../../billing/money.ts'
import { readBalance } from '../../db/balance.ts'
import { setupWeb, type Web } from '../support/web.ts'

/** Adjusts acct_a at an instant. */
async function adjustAt({ clock, adjustBy }: Web, instant: string, amount: string): Promise<void> {
  clock.set(instant)
  await adjustBy(`${instant} ${amount}`, amount)
}

test('a new account has no credit, and its service is stopped for that', async () => {
  const { get } = await setupWeb()

  expect(await get('/v1/accounts/acct_a/balance')).toEqual({
    account: 'acct_a',
    currency: 'USD',
    balance: '0.000000',
    held: '0.000000',
    reserved: '0.000000',
    available: '0.000000',
    service: 'stopped',
    reason: 'no_credit',
    asOf: '2026-03-02T12:00:00.000Z',
  })
})

describe('service is', () => {
  test.each([
    ['active', '0.000001', 'active', null],
    ['active', '-0.000001', 'stopped', 'no_credit'],
    ['suspended', '5', 'stopped', 'account_suspended'],
    ['closed', '5', 'stopped', 'account_closed'],
  ] as const)('for an account that is %s with %s USD: %s, %s', async (status, amount, service, reason) => {
    const web = await setupWeb()
    await adjustAt(web, '2026-03-02T12:00:00Z', amount)
    await web.db.updateTable('accounts').set({ status }).where('id', '=', 'acct_a').execute()

    const answer = await web.get('/v1/accounts/acct_a/balance')
    const balance = formatUsd(parseUsd(amount))
    expect(answer).toMatchObject({ balance, available: balance, service, reason })
  })
})

describe('the balance as of an instant', () => {
  test('is that after the last entry posted at it or before', async () => {
    const web = await setupWeb()
    await adjustAt(web, '2026-03-01T10:00:00Z', '20')
    await adjustAt(web, '2026-03-01T11:00:00Z', '-1')
    await adjustAt(web, '2026-03-01T11:00:00Z', '-0.5')
    await adjustAt(web, '2026-03-01T12:00:00Z', '-20')
    web.clock.set('2026-03-03T00:00:00Z')

    for (const [at, balance, service] of [
      ['2026-03-01T09:59:59.999Z', '0.000000', 'stopped'],
      ['2026-03-01T10:00:00Z', '20.000000', 'active'],
      ['2026-03-01T10:30:00Z', '20.000000', 'active'],
      ['2026-03-01T11:00:00Z', '18.500000', 'active'],
      ['2026-03-01T13:00:00%2B01:00', '-1.500000', 'stopped'],
      ['2026-03-01T13:00:00+01:00', '-1.500000', 'stopped'],
      ['2026-03-02T00:00:00Z', '-1.500000', 'stopped'],
    ] as const) {
      const answer = await web.get(`/v1/accounts/acct_a/balance?at=${at}`)
      expect(answer, at).toMatchObject({ balance, available: balance, service })
      expect(Date.parse(answer.asOf), at).toBe(Date.parse(decodeURIComponent(at)))
    }
  })

  test('of an instant that has not come yet is that of now', async () => {
    const web = await setupWeb()
    await adjustAt(web, '2026-03-01T10:00:00Z', '20')

    expect(await web.get('/v1/accounts/acct_a/balance?at=2999-01-01T00:00:00Z')).toMatchObject({
      balance: '20.000000',
      asOf: '2026-03-01T10:00:00.000Z',
    })
  })

  test('is the sum of what was posted until then, for every instant of a long history', async () => {
    const web = await setupWeb()
    const start = Date.parse('2026-03-01T00:00:00Z')
    const history = Array.from({ length: 70 }, (_, n) => ({
      atMs: start + Math.floor(n / 3) * 7 + (n % 2),
      n,
    }))
    history.sort((a, b) => a.atMs - b.atMs)
    for (const { atMs, n } of history) await adjustAt(web, new Date(atMs).toISOString(), `${n + 1}`)

    for (let atMs = start - 1; atMs <= start + 170; atMs++) {
      const expected = history.reduce((sum, one) => (one.atMs <= atMs ? sum + BigInt(one.n + 1) : sum), 0n)
      const found = await readBalance(web.db, 'acct_a', new Date(atMs))
      expect(found?.balance, new Date(atMs).toISOString()).toBe(micros(expected * 1_000_000n))
    }
  })

  test('of another account is its own', async () => {
    const web = await setupWeb()
    await adjustAt(web, '2026-03-01T10:00:00Z', '20')

    expect((await readBalance(web.db, 'acct_b', new Date('2026-03-01T11:00:00Z')))?.balance).toBe(ZERO_MICROS)
  })
})
