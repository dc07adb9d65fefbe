import { describe, expect, test } from 'vitest'
import { parsePicos, ZERO_PICOS } from '../../billing/picos.ts'
import { reverseEntry } from '../../db/corrections.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { ENTRY_ITEMS } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { callRecord, flatRate, importFlatCard } from '../support/usage.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const calls = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => callRecord({ id: `call-${first + n}` }))

const idsOf = (page: Json): string[] => page.entries.map((entry: Json) => entry.id)

/** Every page from the newest on, by following `next`. */
async function allPages({ get }: Pick<Web, 'get'>, query: string): Promise<Json[]> {
  const pages: Json[] = []
  for (let cursor = ''; ; cursor = `&cursor=${pages.at(-1).next}`) {
    pages.push(await get(`/v1/accounts/acct_a/entries?${query}${cursor}`))
    if (pages.at(-1).next === null) return pages
  }
}

describe('an entry', () => {
  test('that charges for usage says what for, and how the amount came about', async () => {
    const { charge, get } = await setupWeb()
    await charge([callRecord({ id: 'c-1', callId: 'in-7', tags: { agent: 'kim' }, durationMs: 62_001 })])

    expect(await get('/v1/accounts/acct_a/entries')).toEqual({
      entries: [
        {
          id: '1',
          item: 'phone_call',
          kind: 'outbound',
          amount: '-0.630000',
          balanceAfter: '-0.630000',
          occurredAt: '2026-03-02T11:00:00.000Z',
          postedAt: '2026-03-02T12:00:00.000Z',
          source: 'usage/c-1',
          description: 'Call to +14155550199',
          steps: [
            'call of 62.001 s billed as 63 s',
            '63 s billed at 0.010000 per 1 s = 0.630000',
            'rounded half_even to 6 places: 0.630000',
          ],
          tags: { agent: 'kim' },
          from: '+12025550123',
          to: '+14155550199',
          callId: 'in-7',
        },
      ],
      next: null,
    })
  })

  test('that an operator posted gives the reason, not the operator', async () => {
    const { adjustBy, charge, get, db, clock } = await setupWeb()
    await charge([callRecord()])
    await adjustBy('a1', '25')
    const reversal = { account: 'acct_a', seq: 1n, reason: 'fax line', postedBy: 'kim' }
    await inTransaction(db, (tx) => reverseEntry(tx, reversal, clock.now()))

    const page = await get('/v1/accounts/acct_a/entries')
    expect(page.entries).toMatchObject([
      {
        ...{ id: '3', item: 'phone_call', kind: null, amount: '0.630000', source: 'reversal/1' },
        ...{
          description: 'Reversal of entry 1: fax line',
          steps: [],
          tags: {},
          from: null,
          to: null,
          callId: null,
        },
      },
      { id: '2', item: 'adjustment', amount: '25.000000', description: 'Adjustment: =goodwill', steps: [] },
      { id: '1', item: 'phone_call' },
    ])
    expect(JSON.stringify(page)).not.toContain('kim')
  })

  test('is explained by the version of the rate card that priced it', async () => {
    const { charge, get, db, clock } = await setupWeb()
    await charge([callRecord()])
    await importFlatCard(db, clock, 20_000_000_000n)
    await charge([callRecord({ id: 'call-2' })])

    const { entries } = await get('/v1/accounts/acct_a/entries')
    expect(entries.map((entry: Json) => entry.steps[1])).toEqual([
      '63 s billed at 0.020000 per 1 s = 1.260000',
      '63 s billed at 0.010000 per 1 s = 0.630000',
    ])
  })

  test('of a call that ran through several slots is explained with all of them', async () => {
    const { charge, get, db, clock } = await setupWeb()
    const cents = (usd: string) => parsePicos(usd) ?? ZERO_PICOS
    const slot = { item: 'phone_call', prefix: '1415' } as const
    const rates = [
      flatRate({ row: 1, ...slot, rate: cents('0.02'), setupFee: cents('0.1') }),
      flatRate({ row: 2, ...slot, prefix: '1212', rate: cents('7') }),
      flatRate({ row: 3, ...slot, rate: cents('0.01'), fromSecond: 60 }),
      flatRate({ row: 4, ...slot, rate: cents('9'), fromSecond: 60, kind: 'inbound' }),
      flatRate({ row: 5, ...slot, rate: cents('9'), kind: 'inbound' }),
    ]
    await importRateCard(db, { name: 'own', account: 'acct_a', rates }, clock.now())
    await charge([callRecord()])

    const { entries } = await get('/v1/accounts/acct_a/entries')
    expect(entries[0]).toMatchObject({
      amount: '-1.330000',
      steps: [
        'call of 63 s billed as 63 s',
        'setup fee 0.100000',
        '60 s billed at 0.020000 per 1 s = 1.200000',
        '3 s billed at 0.010000 per 1 s = 0.030000',
        'total = 1.330000',
        'rounded half_even to 6 places: 1.330000',
      ],
    })
  })

  test('of another account never shows', async () => {
    const { charge, get } = await setupWeb()
    await charge([callRecord(), callRecord({ account: 'acct_b', tags: { of: 'b' } })])

    expect(idsOf(await get('/v1/accounts/acct_a/entries'))).toEqual(['1'])
    expect(JSON.stringify(await get('/v1/accounts/acct_a/entries'))).not.toContain('"of"')
  })
})

describe('of entries 1 (call), 2 (+25), 3 (text), 4 (−5), 5 (call), posted a minute apart from 12:00', () => {
  const text = callRecord({
    item: 'outgoing_text',
    kind: undefined,
    durationMs: undefined,
    segments: 2,
    id: 't',
  })

  async function setupFive() {
    const web = await setupWeb()
    const { charge, adjustBy, clock } = web
    await charge([callRecord({ id: 'first' })])
    const steps = [
      () => adjustBy('a1', '25'),
      () => charge([text]),
      () => adjustBy('a2', '-5'),
      () => charge([callRecord()]),
    ]
    for (const step of steps) {
      clock.advance(60_000)
      await step()
    }
    return web
  }

  test('a query answers those that match, newest first', async () => {
    const { get } = await setupFive()
    for (const [query, ids] of [
      ['', ['5', '4', '3', '2', '1']],
      ['show=all', ['5', '4', '3', '2', '1']],
      ['show=debits', ['5', '4', '3', '1']],
      ['show=credits', ['2']],
      ['item=phone_call', ['5', '1']],
      ['item=outgoing_text', ['3']],
      ['item=adjustment', ['4', '2']],
      ['item=adjustment&show=debits', ['4']],
      ['item=refund', []],
      ['from=2026-03-02T12:02:00Z', ['5', '4', '3']],
      ['from=2026-03-02T12:02:00.001Z', ['5', '4']],
      ['to=2026-03-02T12:02:00Z', ['2', '1']],
      ['to=2026-03-02T12:02:00.001Z', ['3', '2', '1']],
      ['from=2026-03-02T12:01:00Z&to=2026-03-02T12:03:00Z', ['3', '2']],
      ['from=2026-03-02T12:01:00Z&to=2026-03-02T12:03:00Z&show=credits', ['2']],
      ['from=2026-03-02T12:01:00Z&to=2026-03-02T12:01:00Z', []],
      ['from=2026-03-02T13:00:00Z', []],
      ['to=2026-03-02T11:00:00Z', []],
      ['limit=2', ['5', '4']],
    ] as const) {
      expect(idsOf(await get(`/v1/accounts/acct_a/entries?${query}`)), query).toEqual(ids)
    }
  })

  test('they come in pages, and the last one has no next', async () => {
    const web = await setupFive()
    for (const [query, ids] of [
      ['limit=1', [['5'], ['4'], ['3'], ['2'], ['1']]],
      [
        'limit=2&show=debits',
        [
          ['5', '4'],
          ['3', '1'],
        ],
      ],
      [
        'limit=3',
        [
          ['5', '4', '3'],
          ['2', '1'],
        ],
      ],
      ['limit=5', [['5', '4', '3', '2', '1']]],
      ['limit=2&from=2026-03-02T12:01:00Z&to=2026-03-02T12:04:00Z', [['4', '3'], ['2']]],
    ] as const) {
      expect((await allPages(web, query)).map(idsOf), query).toEqual(ids)
    }
  })
})

test('an account without entries has one empty page', async () => {
  const { get } = await setupWeb()
  expect(await get('/v1/accounts/acct_b/entries')).toEqual({ entries: [], next: null })
})

test('a page has 50 entries unless the limit says otherwise', async () => {
  const { charge, get } = await setupWeb()
  await charge(calls(1, 51))
  expect((await get('/v1/accounts/acct_a/entries')).entries).toHaveLength(50)
  expect((await get('/v1/accounts/acct_a/entries?limit=500')).entries).toHaveLength(51)
})

test('pages have neither gaps nor repeats while entries are being posted', async () => {
  const { charge, get } = await setupWeb()
  await charge(calls(1, 40))
  const seen: string[] = []
  let cursor = ''
  for (let round = 1; cursor !== 'null'; round++) {
    const [page] = await Promise.all([
      get(`/v1/accounts/acct_a/entries?limit=7${cursor && `&cursor=${cursor}`}`),
      charge(calls(1000 * round, 10)),
    ])
    seen.push(...idsOf(page))
    cursor = String(page.next)
  }
  const newest = Number(seen[0])
  expect(newest).toBeGreaterThanOrEqual(40)
  expect(seen).toEqual(Array.from({ length: newest }, (_, n) => String(newest - n)))
})

test('a parameter that breaks its rule is named with it', async () => {
  const { send } = await setupWeb()
  const anInstant = 'must be an ISO 8601 instant with offset, such as 2026-11-05T14:00:00Z'
  const items = `must be one of ${ENTRY_ITEMS.join(', ')}`
  for (const [query, field, rule] of [
    ['from=2026-03-02', 'from', anInstant],
    ['to=tomorrow', 'to', anInstant],
    ['from=2026-03-02T12:00:00Z&to=2026-03-02T11:00:00Z', 'to', 'must not be before from'],
    ['show=none', 'show', 'must be one of all, debits, credits'],
    ['limit=0', 'limit', 'must be a whole number from 1 to 500'],
    ['limit=501', 'limit', 'must be a whole number from 1 to 500'],
    ['limit=1.5', 'limit', 'must be a whole number from 1 to 500'],
    ['limit=', 'limit', 'must be a whole number from 1 to 500'],
    ['limit=1&limit=2', 'limit', 'must be given once'],
    ['cursor=5', 'cursor', 'must be the next of an earlier page'],
    ['cursor=', 'cursor', 'must be the next of an earlier page'],
    ['account=acct_b', 'account', 'is not a parameter of this call'],
    ['item=fax', 'item', items],
  ] as const) {
    const answer = await send(`/v1/accounts/acct_a/entries?${query}`)
    expect(answer.status, query).toBe(400)
    const problem = { type: '/problems/invalid-value', detail: `${field} ${rule}`, field, rule }
    expect(await answer.json(), query).toMatchObject(problem)
  }
})
