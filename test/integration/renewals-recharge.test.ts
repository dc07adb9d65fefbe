import { expect, it } from 'vitest'
import { readNumberChanges } from '../../db/number-changes.ts'
import { listNumbersToRenew } from '../../db/renewals-due.ts'
import { inTransaction } from '../../db/transaction.ts'
import { advance } from '../../jobs/advance.ts'
import { startRecharge } from '../../jobs/start-recharge.ts'
import { balanceOf } from '../support/ledger.ts'
import { setupNumbers } from '../support/numbers.ts'
import { type Payments, setupPayments } from '../support/payments.ts'

const NUMBER = '+14155550100'

/** A number that was bought a month ago, and no credit for its renewal. */
async function setupUnpaid(token: string | null) {
  const payments = await setupPayments()
  if (token) await payments.registerCard(token)
  const numbers = await setupNumbers(Promise.resolve(payments), { stripe: payments.deps.stripe })
  await numbers.buy(NUMBER)
  numbers.clock.set('2026-04-03T00:30:00Z')
  return { ...numbers, payments }
}

async function openTopups({ db }: Pick<Payments, 'db'>) {
  return await db.selectFrom('topups').select(['account_id', 'id']).where('settled_at', 'is', null).execute()
}

it('a renewal that the credit does not cover starts a recharge, and is charged when that has come in', async () => {
  const { payments, run, numberOf, renewWoken, renewalsOf, mailsOf, db } = await setupUnpaid('pm_card_visa')
  await run()
  expect(await numberOf(NUMBER)).toMatchObject({ state: 'active', lastChargedIndex: 0 })
  const [topup] = await openTopups(payments)
  if (!topup) throw new Error('no top-up was opened')
  await advance(payments.deps, { account: topup.account_id, id: topup.id })
  expect(await renewWoken()).toBe(true)
  expect(await numberOf(NUMBER)).toMatchObject({ state: 'active', lastChargedIndex: 1 })
  expect(await renewalsOf()).toEqual([`${NUMBER} 2026-04-02`])
  expect(await balanceOf(db)).toBe(95_000_000n)
  expect(await mailsOf()).toEqual(['2026-04-03 receipt'])
})

it('a recharge that fails takes the number to grace at once', async () => {
  const { payments, run, numberOf, renewWoken, mailsOf } = await setupUnpaid('pm_card_chargeCustomerFail')
  await run()
  const [topup] = await openTopups(payments)
  if (!topup) throw new Error('no top-up was opened')
  expect((await numberOf(NUMBER)).state).toBe('active')
  await advance(payments.deps, { account: topup.account_id, id: topup.id })
  expect(await renewWoken()).toBe(true)
  expect((await numberOf(NUMBER)).state).toBe('grace')
  expect(await mailsOf()).toEqual(['2026-04-03 notice_grace', '2026-04-03 recharge_failed'])
  expect(await openTopups(payments)).toEqual([])
})

it('nothing is stepped down while a top-up is open', async () => {
  const { payments, nights, numberOf, db } = await setupUnpaid('pm_card_visa')
  const opened = await inTransaction(db, (tx) => startRecharge(tx, payments.deps, 'acct_a'))
  await nights(2)
  expect((await numberOf(NUMBER)).state).toBe('active')
  if (!opened) throw new Error('no top-up was opened')
  await advance(payments.deps, opened)
  expect(await openTopups(payments)).toEqual([])
})

it('without a card the number goes to grace in the first night, and one recharge is tried in none', async () => {
  const { payments, nights, numberOf, db, clock } = await setupUnpaid(null)
  await nights(3)
  expect((await numberOf(NUMBER)).state).toBe('grace')
  expect(await openTopups(payments)).toEqual([])
  const history = await readNumberChanges(db, { account: 'acct_a', number: NUMBER })
  expect(history.map(({ event }) => event)).toEqual(['purchase', 'enter_grace'])
  const now = clock.now()
  const waiting = await listNumbersToRenew(db, { account: 'acct_a', after: null, now, limit: 10 })
  expect(waiting.map(({ number }) => number)).toEqual([NUMBER])
})

it('a renewal that a recharge is going to cover is not told, and is once that is out of the question', async () => {
  const { payments, nights, mailsOf, db, clock } = await setupUnpaid('pm_card_visa')
  clock.set('2026-03-29T00:30:00Z')
  await nights(2)
  expect(await mailsOf()).toEqual([])
  await payments.saveSettings({ enabled: false })
  await nights(1)
  expect(await mailsOf()).toEqual(['2026-04-01 notice_renewal_uncovered'])
  expect(await openTopups({ db })).toEqual([])
})
