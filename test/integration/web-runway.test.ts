import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { adjust } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { forecastRunway } from '../../jobs/forecast-runway.ts'
import { setupNumbers } from '../support/numbers.ts'
import { callRecord } from '../support/usage.ts'
import { setupWeb } from '../support/web.ts'

const DAY_MS = 86_400_000

describe('the runway of an account', () => {
  it('is told with its basis, the recharge and a sentence', async () => {
    const { get, charge, clock, db, adjustBy } = await setupWeb()
    await db.updateTable('accounts').set({ recharge_enabled: true }).where('id', '=', 'acct_a').execute()
    await adjustBy('credit', '100')
    clock.advance(10 * DAY_MS)
    for (const day of [0, 1]) {
      const occurredAt = clock.now().toISOString()
      await charge([callRecord({ id: `call-${day}`, occurredAt, durationMs: 1_400_000 })])
      clock.advance(DAY_MS)
    }
    // $28 in the last seven of twelve days, $72 left.
    expect(await get('/v1/accounts/acct_a/runway')).toEqual({
      currency: 'USD',
      available: '72.000000',
      spendPerDay: '4.000000',
      basedOnDays: 7,
      lastsDays: 18,
      lastsUntil: '2026-04-01T12:00:00.000Z',
      nextRecharge: { at: '2026-03-30T00:00:00.022Z', amount: '100.000000' },
      renewals: [],
      sentence: 'lasts about 18 days; next recharge around March 29',
    })
  })

  it('tells no recharge where auto-recharge is off or paused', async () => {
    const { get, adjustBy, db, clock } = await setupWeb()
    await adjustBy('credit', '5')
    expect((await get('/v1/accounts/acct_a/runway')).nextRecharge).toBeNull()
    await db.updateTable('accounts').set({ recharge_enabled: true }).where('id', '=', 'acct_a').execute()
    expect((await get('/v1/accounts/acct_a/runway')).nextRecharge).toMatchObject({
      at: clock.now().toISOString(),
    })
    await db
      .updateTable('auto_recharges')
      .set({ paused_reason: 'no_card', paused_at: clock.now() })
      .where('account_id', '=', 'acct_a')
      .execute()
    expect((await get('/v1/accounts/acct_a/runway')).nextRecharge).toBeNull()
  })

  it('leaves past renewals out of what a day costs, and takes those to come on their dates', async () => {
    const { context, db, clock, buy } = await setupNumbers()
    const credit = { account: 'acct_a', id: 'c', amount: parseUsd('50'), reason: 'test', postedBy: 'test' }
    await inTransaction(db, (tx) => adjust(tx, credit, clock.now()))
    await buy('+14155550123')
    const [bought] = await db
      .selectFrom('entries')
      .select('amount_micros')
      .where('item', '=', 'phone_number')
      .execute()
    clock.advance(28 * DAY_MS)
    const found = await forecastRunway(context, 'acct_a')
    expect(found).toMatchObject({
      basedOnDays: 28,
      available: parseUsd('50') + (bought?.amount_micros ?? 0n),
    })
    expect(found?.renewals[0]).toMatchObject({
      number: '+14155550123',
      at: new Date('2026-04-02T11:00:00.000Z'),
    })
    expect(found?.renewals).toHaveLength(12)
  })

  it('judges a young account by the days it has', async () => {
    const { context, db, clock } = await setupNumbers()
    const credit = { account: 'acct_a', id: 'c', amount: parseUsd('50'), reason: 'test', postedBy: 'test' }
    await inTransaction(db, (tx) => adjust(tx, credit, clock.now()))
    await chargeRecords(context, [callRecord({ durationMs: 1_000 })])
    expect((await forecastRunway(context, 'acct_a'))?.basedOnDays).toBe(1)
    clock.advance(2.5 * DAY_MS)
    expect((await forecastRunway(context, 'acct_a'))?.basedOnDays).toBe(3)
  })
})
