import { expect, test } from 'vitest'
import { reverseEntry } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { callRecord } from '../support/usage.ts'
import { setupWeb } from '../support/web.ts'

const SPEND = '/v1/accounts/acct_a/spend'
const HOUR_MS = 3_600_000
const text = { item: 'outgoing_text', kind: undefined, durationMs: undefined, segments: 2 }

/**
 * Posted at 12:00, 7 a.m. in New York: a call of kim's for campaign spring; at 04:30 of the next day, still the 2nd there:
 * a text of lee's and an inbound call to another number; at 05:30, the 3rd there: a short call without tags.
 */
async function setupSpend() {
  const web = await setupWeb()
  const { charge, clock, adjustBy } = web
  await adjustBy('funds', '25')
  await charge([callRecord({ id: 'c-1', tags: { agent: 'kim', campaign: 'spring' } })])
  clock.set('2026-03-03T04:30:00Z')
  await charge([
    callRecord({ id: 't-1', ...text, tags: { agent: 'lee' } }),
    callRecord({
      ...{ id: 'c-2', kind: 'inbound', from: '+14155550199', to: '+12025550777' },
      tags: { agent: 'lee', campaign: '' },
    }),
  ])
  clock.advance(HOUR_MS)
  await charge([callRecord({ id: 'c-3', durationMs: 5_000 }), callRecord({ id: 'free', durationMs: 0 })])
  clock.advance(HOUR_MS)
  return web
}

test('spending is told by item, the largest first, with everything else the same whatever it is told by', async () => {
  const { get } = await setupSpend()
  expect(await get(SPEND)).toEqual({
    currency: 'USD',
    timeZone: 'America/New_York',
    from: '2026-02-01T06:30:00.000Z',
    to: '2026-03-03T06:30:00.000Z',
    by: 'item',
    total: '1.330000',
    count: 4,
    groups: [
      { key: 'phone_call', amount: '1.310000', count: 3 },
      { key: 'outgoing_text', amount: '0.020000', count: 1 },
    ],
    rest: null,
    untagged: null,
    reversed: null,
  })
})

test.each([
  [
    'by=day',
    [
      ['2026-03-02', '1.280000', 3],
      ['2026-03-03', '0.050000', 1],
    ],
    null,
    null,
  ],
  [
    'by=day&limit=1',
    [
      ['2026-03-02', '1.280000', 3],
      ['2026-03-03', '0.050000', 1],
    ],
    null,
    null,
  ],
  [
    'by=number',
    [
      ['+12025550123', '0.700000', 3],
      ['+12025550777', '0.630000', 1],
    ],
    null,
    null,
  ],
  ['by=number&limit=1', [['+12025550123', '0.700000', 3]], ['0.630000', 1], null],
  [
    'by=agent',
    [
      ['lee', '0.650000', 2],
      ['kim', '0.630000', 1],
    ],
    null,
    ['0.050000', 1],
  ],
  ['by=agent&limit=1', [['lee', '0.650000', 2]], ['0.630000', 1], ['0.050000', 1]],
  ['by=campaign', [['spring', '0.630000', 1]], null, ['0.700000', 3]],
  ['by=lead', [], null, ['1.330000', 4]],
  ['by=item&from=2026-03-03T05:00:00Z', [['phone_call', '0.050000', 1]], null, null],
  ['by=item&to=2026-03-02T12:00:00.001Z', [['phone_call', '0.630000', 1]], null, null],
  ['by=item&from=2026-03-02T12:00:00Z&to=2026-03-02T12:00:00Z', [], null, null],
])('spending with %s', async (query, groups, rest, untagged) => {
  const { get } = await setupSpend()
  const answer = await get(`${SPEND}?${query}`)
  const spent = ([amount, count]: readonly unknown[]) => ({ amount, count })
  expect(answer).toMatchObject({
    groups: groups.map(([key, ...of]) => ({ key, ...spent(of) })),
    rest: rest && spent(rest),
    untagged: untagged && spent(untagged),
  })
})

test('a charge that was taken back is spending still, and told apart', async () => {
  const { get, db, clock } = await setupSpend()
  const reversal = { account: 'acct_a', seq: 2n, reason: 'fax line', postedBy: 'kim' }
  await inTransaction(db, (tx) => reverseEntry(tx, reversal, clock.now()))
  clock.advance(1)
  expect(await get(SPEND)).toMatchObject({
    total: '1.330000',
    count: 4,
    reversed: { amount: '0.630000', count: 1 },
  })
})

test('a parameter that breaks its rule is named with it', async () => {
  const { send } = await setupWeb()
  for (const [query, field, rule] of [
    ['by=fax', 'by', 'must be one of item, day, number, agent, lead, campaign, workflow'],
    ['limit=0', 'limit', 'must be a whole number from 1 to 366'],
    ['from=2026-03-02T12:00:00Z&to=2026-03-02T11:00:00Z', 'to', 'must not be before from'],
    ['from=2025-01-01T00:00:00Z&to=2026-03-02T11:00:00Z', 'to', 'must be at most 366 days after from'],
    ['item=phone_call', 'item', 'is not a parameter of this call'],
  ] as const) {
    const answer = await send(`${SPEND}?${query}`)
    expect(await answer.json(), query).toMatchObject({ status: 400, field, rule })
  }
  expect((await send('/v1/accounts/acct_x/spend')).status).toBe(404)
})
