import { expect, it } from 'vitest'
import { systemNewId } from '../../config/clock.ts'
import { reopenRun } from '../../db/runs.ts'
import { renewals } from '../../jobs/renewals.ts'
import { workRun } from '../../jobs/run-owed.ts'
import { balanceOf, entriesOf } from '../support/ledger.ts'
import { openIn, setupNumbers } from '../support/numbers.ts'

const NUMBER = '+14155550100'

it('a number that is bought in the middle of a month renews on its day for a year', async () => {
  const numbers = await setupNumbers()
  const { clock, buy, move, nights, renewalsOf, db } = numbers
  clock.set('2027-08-31T06:30:00Z')
  await openIn(numbers, 'acct_berlin', 'Europe/Berlin')
  await move('100', 'acct_berlin')
  await buy(NUMBER, { account: 'acct_berlin' })
  await nights(366)
  const days = [
    '2027-09-30',
    '2027-10-31',
    '2027-11-30',
    '2027-12-31',
    '2028-01-31',
    '2028-02-29',
    '2028-03-31',
    '2028-04-30',
    '2028-05-31',
    '2028-06-30',
    '2028-07-31',
  ]
  expect(await renewalsOf('acct_berlin')).toEqual(days.map((day) => `${NUMBER} ${day}`))
  expect(await balanceOf(db, 'acct_berlin')).toBe(75_000_000n)
  const begins = await db.selectFrom('renewals').select('starts_at').orderBy('starts_at').execute()
  expect(begins.map(({ starts_at }) => starts_at.toISOString().slice(11, 16))).toEqual([
    ...Array(1).fill('06:30'),
    ...Array(5).fill('07:30'),
    ...Array(5).fill('06:30'),
  ])
})

it('a date that is worked again charges nothing again', async () => {
  const { clock, buy, move, nights, context, db } = await setupNumbers()
  await move('100')
  await buy(NUMBER)
  await nights(32)
  const before = await entriesOf(db)
  const claim = { kind: renewals.kind, date: '2026-04-02', holder: systemNewId(), now: clock.now() }
  const run = await reopenRun(db, claim)
  if (!run) throw new Error('the run was not opened again')
  expect(await workRun(context, renewals, run)).toBe(true)
  expect(await entriesOf(db)).toEqual(before)
  expect(before.map(({ source }) => source)).toContain(`renewal/${NUMBER}/2026-04-02`)
})

it('an unpaid number goes by way of grace and suspension to its release, with a mail before each', async () => {
  const { buy, move, nights, numberOf, mailsOf, renewalsOf } = await setupNumbers()
  await move('4.99')
  await buy(NUMBER)
  await nights(28 + 4)
  expect((await numberOf(NUMBER)).state).toBe('grace')
  await nights(7)
  expect((await numberOf(NUMBER)).state).toBe('suspended')
  await nights(30)
  expect(await numberOf(NUMBER)).toMatchObject({ state: 'released', nextLookAt: null })
  expect(await renewalsOf()).toEqual([])
  expect(await mailsOf()).toEqual([
    '2026-03-31 notice_renewal_uncovered',
    '2026-04-03 notice_grace',
    '2026-04-07 notice_suspension',
    '2026-05-07 notice_release',
  ])
})

it('a clock that goes forward a day and back again charges a number once', async () => {
  const { clock, buy, move, run, renewalsOf } = await setupNumbers()
  await move('100')
  await buy(NUMBER)
  await run()
  for (const at of [
    '2026-04-02T12:00:00Z',
    '2026-04-03T12:00:00Z',
    '2026-04-02T11:00:00Z',
    '2026-04-04T12:00:00Z',
  ]) {
    clock.set(at)
    await run()
  }
  expect(await renewalsOf()).toEqual([`${NUMBER} 2026-04-02`])
})
