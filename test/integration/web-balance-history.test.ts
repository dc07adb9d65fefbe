import { expect, test } from 'vitest'
import { setupWebPayments } from '../support/payments-web.ts'
import { type Json, setupWeb } from '../support/web.ts'

const HISTORY = '/v1/accounts/acct_a/balance-history'
const MINUTE_MS = 60_000

test('the balance is told at instants that lie evenly, both ends among them, each after what was posted until it', async () => {
  const { get, adjustBy, clock } = await setupWeb()
  await adjustBy('a1', '25')
  clock.advance(MINUTE_MS)
  await adjustBy('a2', '-5.5')
  clock.advance(8 * MINUTE_MS)

  const query = 'from=2026-03-02T11:59:00Z&to=2026-03-02T12:08:00Z&points=10'
  const { points, ...rest } = await get(`${HISTORY}?${query}`)
  expect(rest).toEqual({
    currency: 'USD',
    from: '2026-03-02T11:59:00.000Z',
    to: '2026-03-02T12:08:00.000Z',
    recharges: [],
  })
  expect(points.map(({ at }: Json) => at.slice(11, 16))).toEqual(
    Array.from({ length: 10 }, (_, n) => (n === 0 ? '11:59' : `12:0${n - 1}`)),
  )
  expect(points.map(({ balance }: Json) => balance)).toEqual([
    '0.000000',
    '25.000000',
    ...Array.from({ length: 8 }, () => '19.500000'),
  ])
})

test('an account without entries has a balance of zero all along', async () => {
  const { get } = await setupWeb()
  const { from, to, points } = await get('/v1/accounts/acct_b/balance-history')
  expect([from, to]).toEqual(['2026-01-31T12:00:00.000Z', '2026-03-02T12:00:00.000Z'])
  expect(points).toHaveLength(100)
  expect(new Set(points.map(({ balance }: Json) => balance))).toEqual(new Set(['0.000000']))
})

test('it ends now, even where more is asked for', async () => {
  const { get, adjustBy } = await setupWeb()
  await adjustBy('a1', '25')
  const { to, points } = await get(`${HISTORY}?to=2026-03-05T00:00:00Z&points=20`)
  expect(to).toBe('2026-03-02T12:00:00.000Z')
  expect(points.at(-1)).toEqual({ at: to, balance: '25.000000' })
})

test('credit by card is told with what began it', async () => {
  const web = await setupWebPayments()
  const { payments, call, pay, clock } = web
  await payments.registerCard()
  const paid = await pay('25')
  clock.advance(MINUTE_MS)
  await payments.move('-20')
  const topup = await payments.recharge()
  clock.advance(MINUTE_MS)

  const { body } = await call('GET', HISTORY)
  expect(body.recharges).toEqual([
    {
      at: '2026-03-02T12:00:00.000Z',
      amount: '25.000000',
      origin: 'manual',
      topup: paid.body.id,
      entry: '1',
    },
    { at: '2026-03-02T12:01:00.000Z', amount: '100.000000', origin: 'auto', topup, entry: '3' },
  ])
  expect((await call('GET', `${HISTORY}?from=2026-03-02T12:00:30Z`)).body.recharges).toHaveLength(1)
})

test('a parameter that breaks its rule is named with it', async () => {
  const { send } = await setupWeb()
  for (const [query, field, rule] of [
    ['points=9', 'points', 'must be a whole number from 10 to 400'],
    ['points=401', 'points', 'must be a whole number from 10 to 400'],
    ['from=2026-03-02T12:00:00Z&to=2026-03-02T11:00:00Z', 'to', 'must not be before from'],
    ['at=2026-03-02T12:00:00Z', 'at', 'is not a parameter of this call'],
  ] as const) {
    expect(await (await send(`${HISTORY}?${query}`)).json(), query).toMatchObject({
      status: 400,
      field,
      rule,
    })
  }
  expect((await send('/v1/accounts/acct_x/balance-history')).status).toBe(404)
})
