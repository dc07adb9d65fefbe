import { expect, test } from 'vitest'
import { setupWebPayments } from '../support/payments-web.ts'

const PREVIEW = '/v1/accounts/acct_a/recharge-preview'
const DAY_MS = 86_400_000

test('a preview tells what settings would have done beside what was done', async () => {
  const { payments, call, clock } = await setupWebPayments()
  await payments.registerCard()
  await payments.move('60')
  clock.advance(DAY_MS)
  await payments.move('-55')
  await payments.recharge()
  clock.advance(DAY_MS)
  await payments.move('-90')
  clock.advance(DAY_MS)

  const { body } = await call('GET', `${PREVIEW}?amount=60&threshold=25`)
  expect(body).toEqual({
    currency: 'USD',
    from: '2026-03-02T12:00:00.000Z',
    to: '2026-03-05T12:00:00.000Z',
    resolution: 'entry',
    recharges: [
      { at: '2026-03-03T12:00:00.000Z', amount: '60.000000' },
      { at: '2026-03-04T12:00:00.000Z', amount: '60.000000' },
    ],
    count: 2,
    total: '120.000000',
    lowestBalance: '-25.000000',
    lowestAt: '2026-03-04T12:00:00.000Z',
    daysBelowZero: 0,
    heldBack: [],
    actual: { count: 1, total: '100.000000', lowestBalance: '5.000000', daysBelowZero: 0 },
  })

  const capped = await call('GET', `${PREVIEW}?amount=60&threshold=25&weekCount=1&dayCount=1`)
  expect(capped.body).toMatchObject({
    count: 1,
    lowestBalance: '-25.000000',
    daysBelowZero: 2,
    heldBack: [{ at: '2026-03-04T12:00:00.000Z', why: 'cap_week' }],
  })
})

test('an account without activity has nothing to show', async () => {
  const { call } = await setupWebPayments()
  const { body } = await call('GET', '/v1/accounts/acct_b/recharge-preview')
  expect(body).toMatchObject({ recharges: [], count: 0, total: '0.000000', lowestBalance: '0.000000' })
})

test.each([
  ['amount=50&threshold=10', 'amount', 'must be greater than $50'],
  ['amount=100&threshold=9.99', 'threshold', 'must be $10 or more'],
  ['amount=100&amount=200', 'amount', 'must be given once'],
  ['amount=1001&threshold=10', 'caps.day.amount', 'must be at least the recharge amount'],
  ['amount=100&threshold=10&dayAmount=99', 'caps.day.amount', 'must be at least the recharge amount'],
  ['amount=100&threshold=10&weekCount=2', 'caps.week.count', 'must be at least that of the day'],
  ['amount=100&threshold=10&dayCount=0', 'dayCount', 'must be a whole number from 1 to 100'],
  ['amount=100&threshold=10&enabled=true', 'enabled', 'is not a parameter of this call'],
])('a preview with %s names %s and its rule', async (query, field, rule) => {
  const { call } = await setupWebPayments()
  expect(await call('GET', `${PREVIEW}?${query}`)).toMatchObject({ status: 400, body: { field, rule } })
})

test('an unknown account has no preview', async () => {
  const { call } = await setupWebPayments()
  const answer = await call('GET', '/v1/accounts/acct_x/recharge-preview?amount=100&threshold=10')
  expect(answer).toMatchObject({ status: 404, body: { type: '/problems/unknown-account' } })
})
