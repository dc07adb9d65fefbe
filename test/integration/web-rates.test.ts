import { expect, test } from 'vitest'
import { picos } from '../../billing/picos.ts'
import type { Rate } from '../../billing/rate.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { callRecord, flatRate } from '../support/usage.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const RATES = '/v1/accounts/acct_a/rates'
const LONDON = '+442071838750'
const cents = (count: number) => picos(BigInt(count) * 10_000_000_000n)

const ROWS: readonly Partial<Rate>[] = [
  { prefix: '', rate: cents(3), perSeconds: 60, incrementSeconds: 60 },
  {
    prefix: '44',
    rate: cents(2),
    perSeconds: 60,
    incrementSeconds: 6,
    minimumSeconds: 30,
    description: 'UK',
  },
  { prefix: '44', rate: cents(1), effectiveFromMs: Date.parse('2026-04-01T00:00:00Z') },
  { prefix: '447', rate: cents(9), perSeconds: 60, setupFee: cents(1), description: 'UK mobile' },
  { prefix: '1900', blocked: true, description: 'premium' },
  { item: 'outgoing_text', rate: cents(1) },
]

async function setupRates(own: readonly Partial<Rate>[] = []): Promise<Web> {
  const web = await setupWeb()
  const { db, clock } = web
  const numbered = (rows: readonly Partial<Rate>[]) =>
    rows.map((row, index) => flatRate({ row: index + 1, item: 'phone_call', ...row }))
  await importRateCard(db, { name: 'standard', account: null, rates: numbered(ROWS) }, clock.now())
  if (own.length > 0) {
    await importRateCard(db, { name: 'own', account: 'acct_a', rates: numbered(own) }, clock.now())
  }
  return web
}

test('the list of rates has own ones and standard ones that apply, with prices, blocks and what comes next', async () => {
  const { get } = await setupRates([{ prefix: '447', rate: cents(5), kind: 'outbound' }])
  const { rates, next, ...rest } = await get(RATES)
  expect(rest).toEqual({ currency: 'USD', asOf: '2026-03-02T12:00:00.000Z' })
  expect(next).toBeNull()
  expect(
    rates.map(({ item, kind, prefix, from, status }: Json) => [item, kind, prefix, from, status].join(' ')),
  ).toEqual([
    'outgoing_text   standard priced',
    'phone_call   standard priced',
    'phone_call  1900 standard blocked',
    'phone_call  44 standard priced',
    'phone_call  447 standard priced',
    'phone_call outbound 447 account priced',
  ])
  expect(rates[2]).toMatchObject({ description: 'premium', price: null, example: null })
  expect(rates[3]).toEqual({
    item: 'phone_call',
    kind: null,
    prefix: '44',
    country: { code: 'GB', name: 'United Kingdom' },
    description: 'UK',
    from: 'standard',
    status: 'priced',
    price: {
      unit: 'time',
      slots: [{ fromSecond: 0, rate: '0.020000', perSeconds: 60, incrementSeconds: 6 }],
      setupFee: '0.000000',
      surcharge: '0.000000',
      minimumSeconds: 30,
    },
    example: { text: 'a call of 1 minute costs 0.020000', amount: '0.020000' },
    effectiveTo: null,
    change: {
      at: '2026-04-01T00:00:00.000Z',
      status: 'priced',
      price: expect.objectContaining({
        slots: [expect.objectContaining({ rate: '0.010000', perSeconds: 1 })],
      }),
      example: { text: 'a call of 1 minute costs 0.600000', amount: '0.600000' },
    },
  })
})

test('the list is searched, narrowed and read in pages', async () => {
  const { get } = await setupRates()
  const prefixes = async (query: string) => {
    const found: string[] = []
    for (let cursor = ''; ; ) {
      const page = await get(`${RATES}?${query}${cursor}`)
      found.push(...page.rates.map(({ item, prefix }: Json) => `${item} ${prefix}`))
      if (page.next === null) return found
      cursor = `&cursor=${page.next}`
    }
  }
  const all = ['outgoing_text ', 'phone_call ', 'phone_call 1900', 'phone_call 44', 'phone_call 447']
  for (const [query, found] of [
    ['', all],
    ['limit=1', all],
    ['limit=2', all],
    ['search=united+kingdom', ['phone_call 44', 'phone_call 447']],
    ['search=gb&limit=1', ['phone_call 44', 'phone_call 447']],
    ['search=MOBILE', ['phone_call 447']],
    [`search=${encodeURIComponent('+4479')}`, ['phone_call 44', 'phone_call 447']],
    ['search=atlantis', []],
    ['item=outgoing_text', ['outgoing_text ']],
    ['kind=inbound&search=44', ['phone_call 44', 'phone_call 447']],
    ['kind=purchase', []],
  ] as const) {
    expect(await prefixes(query), query).toEqual(found)
  }
})

test('what one number costs is what a charge comes to', async () => {
  const { get, charge } = await setupRates([{ prefix: '4420', rate: cents(7), perSeconds: 60 }])
  const answer = await get(`${RATES}?number=${encodeURIComponent(LONDON)}&item=phone_call&kind=outbound`)
  expect(answer).toEqual({
    currency: 'USD',
    asOf: '2026-03-02T12:00:00.000Z',
    number: LONDON,
    country: { code: 'GB', name: 'United Kingdom' },
    rates: [
      {
        item: 'phone_call',
        kind: 'outbound',
        status: 'priced',
        message: null,
        from: 'account',
        prefix: '4420',
        description: '',
        price: expect.objectContaining({ unit: 'time' }),
        example: { text: 'a call of 1 minute costs 0.070000', amount: '0.070000' },
      },
    ],
  })
  await charge([callRecord({ to: LONDON, durationMs: 60_000 })])
  expect((await get('/v1/accounts/acct_a/entries')).entries[0].amount).toBe('-0.070000')
})

test('a number is told for every item and kind: priced, blocked, or without a rate', async () => {
  const { get } = await setupRates()
  const told = async (number: string) => {
    const { rates } = await get(`${RATES}?number=${encodeURIComponent(number)}`)
    return rates.map(
      ({ item, kind, status, message }: Json) => `${item} ${kind ?? '-'}: ${message ?? status}`,
    )
  }
  const none = (what: string) => `no rate for ${what} to this number is in force at occurredAt`
  expect(await told('+19005550100')).toEqual([
    `ring_through_attempt -: ${none('ring_through_attempt')}`,
    `phone_number purchase: ${none('phone_number purchase')}`,
    `phone_number renewal: ${none('phone_number renewal')}`,
    'phone_call inbound: prefix 1900 is blocked by the standard card',
    'phone_call outbound: prefix 1900 is blocked by the standard card',
    'outgoing_text -: priced',
    `incoming_text -: ${none('incoming_text')}`,
  ])
})

test('an emergency number is free, and needs no rate', async () => {
  const { get } = await setupRates()
  const { country, rates } = await get(`${RATES}?number=911&item=phone_call&kind=outbound`)
  expect(country).toBeNull()
  expect(rates).toMatchObject([{ status: 'priced', price: null, example: { amount: '0.000000' } }])
})

test('a parameter that breaks its rule is named with it', async () => {
  const { send } = await setupWeb()
  const aNumber = 'must be E.164 with + (3 to 15 digits) or a short code of 2 to 8 digits'
  for (const [query, field, rule] of [
    ['number=12', 'number', null],
    ['number=%2B0123', 'number', aNumber],
    ['number=kim', 'number', aNumber],
    ['number=911&search=gb', 'search', 'does not go with number'],
    ['number=911&limit=5', 'limit', 'does not go with number'],
    ['search=', 'search', 'must not be empty'],
    ['cursor=abc', 'cursor', 'must be the next of an earlier page'],
    ['limit=201', 'limit', 'must be a whole number from 1 to 200'],
    ['item=outgoing_text&kind=inbound', 'kind', 'must be one that outgoing_text has'],
    ['prefix=44', 'prefix', 'is not a parameter of this call'],
  ] as const) {
    const answer = await send(`${RATES}?${query}`)
    if (rule === null) expect(answer.status, query).toBe(200)
    else expect(await answer.json(), query).toMatchObject({ status: 400, field, rule })
  }
  expect((await send('/v1/accounts/acct_x/rates')).status).toBe(404)
})
