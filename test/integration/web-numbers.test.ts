import { expect, it } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { renewals } from '../../jobs/renewals.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { NUMBER_RATES } from '../support/number-rates.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const NUMBER = '+14155550100'
const NUMBERS = '/v1/accounts/acct_a/numbers'
const AT = `${NUMBERS}/${NUMBER}`

async function setupNumbersApi() {
  const web = await setupWeb()
  await importRateCard(web.db, { name: 'standard', account: null, rates: NUMBER_RATES }, web.clock.now())
  const send = async (
    method: string,
    path: string,
    body: unknown = {},
    headers: Record<string, string> = {},
  ) => {
    const hasBody = method === 'POST' || method === 'PUT'
    const answer = await web.send(path, {
      method,
      ...(hasBody ? { body: JSON.stringify(body) } : {}),
      headers: {
        'idempotency-key': web.deps.newId(),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
    })
    return { status: answer.status, body: (await answer.json()) as Json }
  }
  const buy = (number: string, key = number, account = 'acct_a') =>
    send('POST', `/v1/accounts/${account}/numbers`, { number }, { 'idempotency-key': key })
  const nights = async (count: number) => {
    for (let night = 0; night < count; night++) {
      web.clock.advance(86_400_000)
      await runRenewals(web)
    }
  }
  return { ...web, request: send, buy, nights }
}

async function runRenewals({ db, deps }: Web): Promise<void> {
  const context = {
    ...deps,
    db,
    rateBook: createRateBook(db),
    stripe: null,
    publicUrl: 'https://billing.example.com',
    wake: () => Promise.resolve(),
  }
  await runOwedDates(context, renewals)
}

it('a number is bought from credit that covers it, charged by its rate and shown with its arithmetic', async () => {
  const { adjustBy, buy, get } = await setupNumbersApi()
  await adjustBy('a1', '10')
  const bought = await buy(NUMBER)
  expect(bought).toEqual({
    status: 201,
    body: {
      number: NUMBER,
      state: 'active',
      since: '2026-03-02T12:00:00.000Z',
      boughtAt: '2026-03-02T12:00:00.000Z',
      timeZone: 'America/New_York',
      nextRenewal: { period: '2026-04-02', startsAt: '2026-04-02T11:00:00.000Z', price: '2.000000' },
    },
  })
  const { entries } = await get('/v1/accounts/acct_a/entries')
  expect(entries[0]).toMatchObject({
    amount: '-3.000000',
    kind: 'purchase',
    to: NUMBER,
    steps: expect.arrayContaining([expect.stringContaining('3')]),
  })
  expect(await get(AT)).toMatchObject({
    history: [{ event: 'purchase', state: 'active', by: 'service key everything' }],
  })
})

it('the same Idempotency-Key is the same purchase, and stands for no other number', async () => {
  const { adjustBy, buy, get } = await setupNumbersApi()
  await adjustBy('a1', '10')
  const first = await buy(NUMBER, 'order-1')
  expect(await buy(NUMBER, 'order-1')).toEqual(first)
  expect(await buy('+14155550101', 'order-1')).toMatchObject({
    status: 422,
    body: { type: '/problems/idempotency-key-reused' },
  })
  expect((await get('/v1/accounts/acct_a/balance')).balance).toBe('7.000000')
})

it('a purchase is refused without credit, without a rate, and of a number that is rented', async () => {
  const { adjustBy, buy, db, clock } = await setupNumbersApi()
  await adjustBy('a1', '2.999999')
  const refusal = (code: string) => ({ status: 409, body: { type: '/problems/number-refused', code } })
  expect(await buy(NUMBER)).toMatchObject(refusal('insufficient_credit'))
  await adjustBy('a2', '0.000001')
  expect(await buy(NUMBER)).toMatchObject({ status: 201 })
  expect(await buy(NUMBER, 'once-more')).toMatchObject(refusal('number_already_bought'))
  expect(await buy(NUMBER, 'theirs', 'acct_b')).toMatchObject(refusal('number_already_bought'))
  expect(await buy('12', 'short')).toMatchObject(refusal('no_rate'))
  await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', 'acct_a').execute()
  expect(await buy('+14155550102')).toMatchObject(refusal('account_suspended'))
  expect(clock.now().toISOString()).toBe('2026-03-02T12:00:00.000Z')
  expect(await buy('4155550102')).toMatchObject({ status: 400, body: { field: 'number' } })
})

it('a number is released, restored within 10 days for nothing where its month is paid, and not later', async () => {
  const { adjustBy, buy, request, clock, get } = await setupNumbersApi()
  await adjustBy('a1', '10')
  await buy(NUMBER)
  expect(await request('DELETE', AT)).toMatchObject({
    status: 200,
    body: { state: 'released', nextRenewal: null },
  })
  expect(await request('DELETE', AT)).toMatchObject({ status: 409, body: { code: 'number_released' } })
  clock.advance(10 * 86_400_000)
  expect(await request('POST', `${AT}/restore`)).toMatchObject({ status: 200, body: { state: 'active' } })
  expect((await get('/v1/accounts/acct_a/balance')).balance).toBe('7.000000')
  await request('DELETE', AT)
  clock.advance(10 * 86_400_000 + 1)
  expect(await request('POST', `${AT}/restore`)).toMatchObject({
    status: 409,
    body: { code: 'restore_too_late' },
  })
  expect((await get(AT)).history.map(({ event }: Json) => event)).toEqual([
    'purchase',
    'release',
    'restore',
    'release',
  ])
})

it('a restore charges the month in which the number comes back', async () => {
  const { adjustBy, buy, request, clock, get } = await setupNumbersApi()
  await adjustBy('a1', '10')
  await buy(NUMBER)
  clock.advance(28 * 86_400_000)
  await request('DELETE', AT)
  clock.advance(5 * 86_400_000)
  expect(await request('POST', `${AT}/restore`)).toMatchObject({
    body: { nextRenewal: { period: '2026-05-02' } },
  })
  expect((await get('/v1/accounts/acct_a/balance')).balance).toBe('5.000000')
})

it('a renewal that has begun is charged before a release, and holds it back when it cannot be paid', async () => {
  const { adjustBy, buy, request, clock, get } = await setupNumbersApi()
  await adjustBy('a1', '8')
  await buy(NUMBER)
  await buy('+18005550100')
  clock.advance(32 * 86_400_000)
  expect(await request('DELETE', AT)).toMatchObject({ status: 200 })
  expect((await get('/v1/accounts/acct_a/balance')).balance).toBe('0.000000')
  const other = `${NUMBERS}/+18005550100`
  expect(await request('DELETE', other)).toMatchObject({ status: 409, body: { code: 'renewal_due' } })
  expect(await request('POST', `${other}/port-out`)).toMatchObject({
    status: 200,
    body: { state: 'ported_out' },
  })
})

it('a reassigned number keeps its months and renews at its new account', async () => {
  const { adjustBy, buy, request, get, nights, db } = await setupNumbersApi()
  await adjustBy('a1', '10')
  await buy(NUMBER)
  const moved = await request('POST', `${AT}/reassign`, { account: 'acct_b' })
  expect(moved).toMatchObject({
    status: 200,
    body: { state: 'active', boughtAt: '2026-03-02T12:00:00.000Z' },
  })
  expect((await get(AT)).state).toBe('ported_out')
  expect(await request('POST', `${AT}/reassign`, { account: 'acct_b' })).toMatchObject({ status: 409 })
  await nights(32)
  expect(await get(`/v1/accounts/acct_b/numbers/${NUMBER}`)).toMatchObject({
    state: 'grace',
    history: [{ event: 'reassign', reason: 'moved from account acct_a' }, { event: 'enter_grace' }],
  })
  expect(
    await request('POST', `/v1/accounts/acct_b/numbers/${NUMBER}/reassign`, { account: 'acct_x' }),
  ).toMatchObject({ status: 404 })
  expect(await db.selectFrom('renewals').select('number').execute()).toEqual([])
})

it('the reserve lowers what is available and not the balance, and stops service at zero', async () => {
  const { adjustBy, buy, request, get, clock } = await setupNumbersApi()
  await adjustBy('a1', '5')
  await buy(NUMBER)
  const settings = { graceDays: 3, suspendedDays: 10, reserveDays: 7 }
  const path = '/v1/accounts/acct_a/renewal-settings'
  expect(await get(path)).toEqual({ graceDays: 7, suspendedDays: 30, reserveDays: 0 })
  expect(await request('PUT', path, settings)).toEqual({ status: 200, body: settings })
  expect(await get(path)).toEqual(settings)
  expect(await get('/v1/accounts/acct_a/balance')).toMatchObject({
    reserved: '0.000000',
    available: '2.000000',
  })
  clock.advance(25 * 86_400_000)
  expect(await get('/v1/accounts/acct_a/balance')).toMatchObject({
    balance: '2.000000',
    reserved: '2.000000',
    available: '0.000000',
    service: 'stopped',
    reason: 'no_credit',
  })
  expect(await buy('+14155550101')).toMatchObject({ body: { code: 'insufficient_credit' } })
  expect(await request('PUT', path, { ...settings, graceDays: 91 })).toMatchObject({
    status: 400,
    body: { field: 'graceDays' },
  })
})

it('the numbers of an account come in pages, and of other accounts none do', async () => {
  const { adjustBy, buy, get } = await setupNumbersApi()
  await adjustBy('a1', '20')
  for (const digit of [1, 2, 3]) await buy(`+1415555010${digit}`)
  const first = await get(`${NUMBERS}?limit=2`)
  expect(first).toMatchObject({ numbers: [{ number: '+14155550101' }, {}], next: '+14155550102' })
  const second = await get(`${NUMBERS}?limit=2&cursor=${encodeURIComponent(first.next)}`)
  expect(second).toMatchObject({ numbers: [{ number: '+14155550103' }], next: null })
  expect(await get('/v1/accounts/acct_b/numbers')).toEqual({ numbers: [], next: null })
  expect(await get(`/v1/accounts/acct_b/numbers/+14155550101`)).toMatchObject({
    type: '/problems/unknown-number',
  })
  expect(parseUsd(first.numbers[0].nextRenewal.price)).toBe(2_000_000n)
})

it('a renewal is told in the entries with its number and its arithmetic', async () => {
  const { adjustBy, buy, get, nights } = await setupNumbersApi()
  await adjustBy('a1', '10')
  await buy(NUMBER)
  await nights(32)
  const { entries } = await get('/v1/accounts/acct_a/entries?show=debits')
  expect(entries).toHaveLength(2)
  expect(entries[0]).toMatchObject({
    item: 'phone_number',
    kind: 'renewal',
    amount: '-2.000000',
    occurredAt: '2026-04-02T11:00:00.000Z',
    source: `renewal/${NUMBER}/2026-04-02`,
    description: `Renewal of number ${NUMBER}`,
    to: NUMBER,
    steps: ['setup fee 2.000000', 'rounded half_even to 6 places: 2.000000'],
  })
})
