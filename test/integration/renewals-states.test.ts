import { expect, it } from 'vitest'
import { readNumberChanges } from '../../db/number-changes.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { balanceOf, entriesOf } from '../support/ledger.ts'
import { NUMBER_RATES } from '../support/number-rates.ts'
import { openIn, setupNumbers } from '../support/numbers.ts'

const NUMBER = '+14155550100'
const OLDER = '+14155550199'
const KEY = { account: 'acct_a', number: NUMBER }

it('paying in grace brings the number back at once, with the month that began', async () => {
  const { buy, move, nights, renewWoken, numberOf, renewalsOf, db } = await setupNumbers()
  await buy(NUMBER)
  await nights(34)
  expect((await numberOf(NUMBER)).state).toBe('grace')
  await move('10')
  expect(await renewWoken()).toBe(true)
  expect(await numberOf(NUMBER)).toMatchObject({ state: 'active', lastChargedIndex: 1, noticedAt: {} })
  expect(await renewalsOf()).toEqual([`${NUMBER} 2026-04-02`])
  expect(await balanceOf(db)).toBe(5_000_000n)
  const events = (await readNumberChanges(db, KEY)).map(({ event }) => event)
  expect(events).toEqual(['purchase', 'enter_grace', 'come_back'])
})

it('paying in suspension charges the month in which it comes back, and none that it was suspended for', async () => {
  const { buy, move, nights, renewWoken, numberOf, renewalsOf } = await setupNumbers()
  await buy(NUMBER)
  await nights(65)
  expect((await numberOf(NUMBER)).state).toBe('suspended')
  await move('10')
  await renewWoken()
  expect(await numberOf(NUMBER)).toMatchObject({ state: 'active', lastChargedIndex: 2 })
  await nights(31)
  expect(await renewalsOf()).toEqual([`${NUMBER} 2026-05-02`, `${NUMBER} 2026-06-02`])
})

it('credit brings back the number that was bought first, and the next when there is more', async () => {
  const { buy, move, nights, renewWoken, numberOf, clock } = await setupNumbers()
  await buy(OLDER)
  clock.advance(1_000)
  await buy(NUMBER)
  await nights(34)
  await move('8.50')
  await renewWoken()
  expect((await numberOf(OLDER)).state).toBe('active')
  expect((await numberOf(NUMBER)).state).toBe('grace')
  await move('1.50')
  await renewWoken()
  expect((await numberOf(NUMBER)).state).toBe('active')
})

it('credit wakes no account whose numbers are all paid', async () => {
  const { buy, move, renewWoken } = await setupNumbers()
  await move('10')
  await buy(NUMBER)
  await move('10')
  expect(await renewWoken()).toBe(false)
})

it('an account without credit is nothing to another one, and each number has its own price', async () => {
  const { buy, move, nights, numberOf, db } = await setupNumbers()
  await move('20', 'acct_b')
  await buy(NUMBER)
  await buy('+18005550100', { account: 'acct_b' })
  await nights(32)
  expect((await numberOf(NUMBER)).state).toBe('grace')
  expect((await numberOf('+18005550100', 'acct_b')).state).toBe('active')
  expect(await balanceOf(db, 'acct_b')).toBe(12_000_000n)
})

it('a month is priced by the account’s own card before the standard card', async () => {
  const { buy, move, nights, db, clock } = await setupNumbers()
  const own = NUMBER_RATES.slice(2).map((rate) => ({ ...rate, row: 1, prefix: '1' }))
  await importRateCard(db, { name: 'own', account: 'acct_a', rates: own }, clock.now())
  await move('20')
  await buy(NUMBER)
  await nights(32)
  expect(await balanceOf(db)).toBe(12_000_000n)
})

it('what keeps one number from being renewed is told once, and the others go on', async () => {
  const { buy, move, nights, numberOf, db, clock } = await setupNumbers()
  await openIn({ db, clock }, 'acct_closed', 'Europe/Berlin')
  await openIn({ db, clock }, 'acct_mars', 'Europe/Berlin')
  for (const account of ['acct_a', 'acct_closed', 'acct_mars']) await move('20', account)
  await buy(NUMBER)
  await buy('+14155550101', { account: 'acct_closed' })
  await db.updateTable('accounts').set({ status: 'closed' }).where('id', '=', 'acct_closed').execute()
  await db.updateTable('accounts').set({ time_zone: 'Mars/Olympus' }).where('id', '=', 'acct_mars').execute()
  await buy('+14155550102', { account: 'acct_mars' })
  await nights(33)
  expect((await numberOf(NUMBER)).lastChargedIndex).toBe(1)
  const findings = await db.selectFrom('findings').select(['kind', 'subject']).orderBy('subject').execute()
  expect(findings).toEqual([
    { kind: 'renewal_refused', subject: 'acct_closed/account_closed' },
    { kind: 'renewal_refused', subject: 'acct_mars/unknown_time_zone' },
  ])
  const runs = await db
    .selectFrom('runs')
    .select(['done', 'refused'])
    .orderBy('business_date', 'desc')
    .execute()
  expect(runs[0]).toEqual({ done: 0, refused: 2 })
})

it('a number that no rate covers stays as it is, and is charged once there is one', async () => {
  const { buy, move, nights, numberOf, renewalsOf, db, clock } = await setupNumbers()
  await move('20')
  await buy(NUMBER)
  const without = NUMBER_RATES.filter(({ prefix, kind }) => kind === 'purchase' || prefix !== '')
  await importRateCard(db, { name: 'standard', account: null, rates: without }, clock.now())
  await nights(40)
  expect(await numberOf(NUMBER)).toMatchObject({ state: 'active', lastChargedIndex: 0 })
  await importRateCard(db, { name: 'standard', account: null, rates: NUMBER_RATES }, clock.now())
  await nights(1)
  expect(await renewalsOf()).toEqual([`${NUMBER} 2026-04-02`])
})

it('an outage of ours for three months charges each month that was rented, once and in order', async () => {
  const { buy, move, nights, run, clock, renewalsOf, db } = await setupNumbers()
  await move('20')
  await buy(NUMBER)
  await nights(2)
  clock.set('2026-06-10T12:00:00Z')
  await run()
  const months = ['2026-04-02', '2026-05-02', '2026-06-02'].map((month) => `${NUMBER} ${month}`)
  expect(await renewalsOf()).toEqual(months)
  expect((await entriesOf(db)).map(({ seq }) => seq)).toEqual([1n, 2n, 3n, 4n, 5n])
  const { count } = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  expect(Number(count)).toBe(100)
})

it('of two renewals that are near, the credit counts for the first, and the second is told', async () => {
  const { buy, move, nights, db, clock } = await setupNumbers()
  await move('9')
  await buy(NUMBER)
  clock.advance(3_600_000)
  await buy(OLDER)
  await nights(30)
  const mails = await db.selectFrom('mails').select(['template', 'event', 'content']).execute()
  expect(mails).toEqual([
    {
      template: 'notice_renewal_uncovered',
      event: `renewal/${OLDER}/2026-04-02`,
      content: {
        number: OLDER,
        price: '2.000000',
        balance: '3.000000',
        dueAt: '2026-04-02T12:00:00.000Z',
        stepAt: null,
      },
    },
  ])
})
