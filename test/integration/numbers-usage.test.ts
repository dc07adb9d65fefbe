import { expect, it } from 'vitest'
import { readNumberChanges } from '../../db/number-changes.ts'
import { releaseNumber } from '../../jobs/change-number.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { balanceOf, entriesOf } from '../support/ledger.ts'
import { purchaseRecord, setupNumbers } from '../support/numbers.ts'
import { callRecord } from '../support/usage.ts'

const NUMBER = '+14155550100'
const AT = '2026-03-02T11:00:00.000Z'

it('a usage record that buys a number is charged and makes the number its account’s', async () => {
  const { db, buy, numberOf } = await setupNumbers()
  expect(await buy(NUMBER, { at: AT, id: 'order-1' })).toMatchObject({ charged: 1, refused: [] })
  expect(await numberOf(NUMBER)).toMatchObject({
    state: 'active',
    anchor: { at: new Date(AT), timeZone: 'America/New_York' },
    lastChargedIndex: 0,
  })
  expect(await balanceOf(db)).toBe(-3_000_000n)
  const history = await readNumberChanges(db, { account: 'acct_a', number: NUMBER })
  expect(history).toMatchObject([{ event: 'purchase', reason: 'usage record order-1', by: 'usage' }])
})

it('the same record again changes nothing, also once the number is released', async () => {
  const { db, buy, numberOf, context, move } = await setupNumbers()
  await move('10')
  await buy(NUMBER, { at: AT })
  expect(await buy(NUMBER, { at: AT })).toMatchObject({ charged: 0, duplicates: 1, refused: [] })
  await releaseNumber(context, { account: 'acct_a', number: NUMBER, by: 'kim' })
  expect(await buy(NUMBER, { at: AT })).toMatchObject({ charged: 0, duplicates: 1, refused: [] })
  expect((await numberOf(NUMBER)).state).toBe('released')
  expect(await entriesOf(db)).toHaveLength(2)
})

it.each(['acct_a', 'acct_b'])(
  'a number that is rented cannot be bought by %s, and its neighbours go on',
  async (account) => {
    const { db, buy, context } = await setupNumbers()
    await buy(NUMBER, { at: AT })
    const report = await chargeRecords(context, [
      purchaseRecord('+14155550101', { account, at: AT }),
      purchaseRecord(NUMBER, { account, at: AT, id: 'again' }),
      purchaseRecord('+14155550102', { account, at: AT }),
    ])
    expect(report).toMatchObject({ charged: 2, refused: [{ id: 'again', code: 'number_already_bought' }] })
    const waiting = await db.selectFrom('unrated_usage').select(['reason', 'message']).execute()
    expect(waiting).toEqual([
      { reason: 'number_already_bought', message: expect.stringContaining('is rented already') },
    ])
  },
)

it('of two records of one group that buy one number the first does, and a repetition is none', async () => {
  const { context, numberOf } = await setupNumbers()
  const first = purchaseRecord(NUMBER, { at: AT, id: 'first' })
  const report = await chargeRecords(context, [
    first,
    first,
    purchaseRecord(NUMBER, { account: 'acct_b', at: AT, id: 'second' }),
  ])
  expect(report).toMatchObject({ charged: 1, duplicates: 1, refused: [{ id: 'second', account: 'acct_b' }] })
  expect((await numberOf(NUMBER)).state).toBe('active')
})

it('two accounts that buy one number at once: one gets it', async () => {
  const { db, buy } = await setupNumbers()
  const reports = await Promise.all(
    ['acct_a', 'acct_b', 'acct_a', 'acct_b'].map((account, n) =>
      buy(NUMBER, { account, at: AT, id: `order-${n}` }),
    ),
  )
  expect(reports.map(({ charged }) => charged).sort()).toEqual([0, 0, 0, 1])
  expect(await db.selectFrom('phone_numbers').select('number').execute()).toHaveLength(1)
})

it('a purchase without a rate, of a closed account or with another content under its id gives nobody the number', async () => {
  const { db, context, buy } = await setupNumbers()
  await db.updateTable('accounts').set({ status: 'closed' }).where('id', '=', 'acct_b').execute()
  await chargeRecords(context, [purchaseRecord('+14155550101', { at: AT, id: 'taken' })])
  const report = await chargeRecords(context, [
    purchaseRecord(NUMBER, { account: 'acct_b', at: AT }),
    purchaseRecord('+14155550102', { at: AT, id: 'taken' }),
    callRecord(),
  ])
  expect(report.refused.map(({ code }) => code).sort()).toEqual(['account_closed', 'conflict', 'no_rate'])
  expect(await db.selectFrom('phone_numbers').select('number').execute()).toEqual([
    { number: '+14155550101' },
  ])
  expect((await buy(NUMBER, { at: AT })).charged).toBe(1)
})

it('a number that was released is bought again with months of its own', async () => {
  const { buy, context, clock, numberOf, move, nights, renewalsOf } = await setupNumbers()
  await move('100')
  await buy(NUMBER, { id: 'first' })
  await nights(40)
  await releaseNumber(context, { account: 'acct_a', number: NUMBER, by: 'kim' })
  clock.advance(3 * 86_400_000)
  await buy(NUMBER, { id: 'second' })
  expect(await numberOf(NUMBER)).toMatchObject({
    state: 'active',
    lastChargedIndex: 0,
    anchor: { at: clock.now() },
  })
  await nights(32)
  expect(await renewalsOf()).toEqual([`${NUMBER} 2026-04-02`, `${NUMBER} 2026-05-14`])
})
