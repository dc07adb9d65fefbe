import { describe, expect, test } from 'vitest'
import { callAsk, granted, type Holds, setupHolds } from '../support/holds.ts'
import { callRecord } from '../support/usage.ts'

/** An account with 5 USD and a hold of 60 seconds. */
async function setupHeld() {
  const holds = await setupHolds()
  await holds.credit('5')
  await holds.credit('5', 'acct_b')
  const { id } = granted(await holds.desk.ask(callAsk()))
  return { ...holds, id }
}

/** A call of 30 seconds that names a hold. */
const usageOf = (holdId: string, fields: Readonly<Record<string, unknown>> = {}) =>
  callRecord({ holdId, durationMs: 30_000, occurredAt: '2026-03-02T12:00:00Z', ...fields })

async function findingsOf({ db }: Pick<Holds, 'db'>) {
  const rows = await db.selectFrom('findings').select(['subject', 'evidence']).orderBy('subject').execute()
  return rows.map(({ subject, evidence }) => [subject, evidence])
}

const FREED = { held: '0.000000', openCalls: 0 }

describe('the usage record that names a hold', () => {
  test('settles it in the transaction that charges the call', async () => {
    const { id, charge, moneyOf, stateOf } = await setupHeld()
    expect(await charge([usageOf(id)])).toMatchObject({ charged: 1, holdsRefused: [] })
    expect(await moneyOf()).toEqual({ balance: '4.700000', ...FREED })
    expect(await stateOf('r1')).toBe('settled')
  })

  test('settles it once, however often and in whatever company it comes', async () => {
    const { id, charge, moneyOf } = await setupHeld()
    await charge([usageOf(id), usageOf(id), callRecord({ id: 'other' })])
    const again = await charge([callRecord({ id: 'one-more' }), usageOf(id)])
    expect(again).toMatchObject({ charged: 1, duplicates: 1, holdsRefused: [] })
    expect(await moneyOf()).toEqual({ balance: '3.440000', ...FREED })
  })

  test('of a call that was not answered frees the hold for nothing', async () => {
    const { id, charge, moneyOf, stateOf } = await setupHeld()
    expect(await charge([usageOf(id, { durationMs: 0 })])).toMatchObject({ charged: 0, free: 1 })
    expect(await moneyOf()).toEqual({ balance: '5.000000', ...FREED })
    expect(await stateOf('r1')).toBe('settled')
  })

  test('of a call that overran is charged in full', async () => {
    const { id, charge, moneyOf } = await setupHeld()
    await charge([usageOf(id, { durationMs: 600_000 })])
    expect(await moneyOf()).toEqual({ balance: '-1.000000', ...FREED })
  })

  test.each([
    ['expired', async ({ clock, expire }: Holds) => [clock.advance(240_000), await expire()]],
    ['released', async ({ desk }: Holds) => [await desk.release(callAsk())]],
  ])(
    'that comes when the hold is %s is charged all the same, and the hold keeps its state',
    async (state, end) => {
      const held = await setupHeld()
      await end(held)
      expect(await held.charge([usageOf(held.id)])).toMatchObject({ charged: 1, holdsRefused: [] })
      expect(await held.moneyOf()).toEqual({ balance: '4.700000', ...FREED })
      expect(await held.stateOf('r1')).toBe(state)
    },
  )

  test('settles the hold of a number purchase and of a text', async () => {
    const { desk, charge, moneyOf, stateOf } = await setupHeld()
    const purchase = callAsk({
      requestId: 'n1',
      item: 'phone_number',
      kind: 'purchase',
      from: null,
      seconds: null,
    })
    const text = callAsk({ requestId: 't1', item: 'incoming_text', kind: null, seconds: null, segments: 2 })
    const ids = await Promise.all([purchase, text].map(async (ask) => granted(await desk.ask(ask)).id))
    const none = { kind: null, durationMs: null }
    await charge([
      usageOf(ids[0] ?? '', { ...none, id: 'n1', item: 'phone_number', kind: 'purchase', from: null }),
      usageOf(ids[1] ?? '', { ...none, id: 't1', item: 'incoming_text', segments: 2 }),
    ])
    expect([await stateOf('n1'), await stateOf('t1')]).toEqual(['settled', 'settled'])
    expect(await moneyOf()).toEqual({ balance: '4.970000', held: '0.600000', openCalls: 1 })
  })

  test('that cannot be rated leaves the hold to expire', async () => {
    const { id, charge, stateOf, clock, expire } = await setupHeld()
    await charge([usageOf(id, { to: '+19005550199' })])
    expect(await stateOf('r1')).toBe('open')
    clock.advance(240_000)
    expect(await expire()).toBe(1)
    expect(await stateOf('r1')).toBe('expired')
  })
})

describe('moves nothing, is told by name, and is charged all the same: a record that names', () => {
  test.each([
    ['a hold of another account', 'acct_b', 'foreign_hold', (id: string) => id],
    ['a hold that there never was', 'acct_a', 'unknown_hold', () => 'acct_a.never'],
    ['what is no id of a hold', 'acct_a', 'unknown_hold', () => 'call 7'],
  ])('%s', async (_, account, code, name) => {
    const held = await setupHeld()
    const holdId = name(held.id)
    const report = await held.charge([
      usageOf(holdId, { account, id: 'c1' }),
      usageOf(holdId, { account, id: 'c2' }),
    ])
    expect(report).toMatchObject({
      charged: 2,
      refused: [],
      holdsRefused: ['c1', 'c2'].map((usageId) => ({ account, usageId, holdId, code })),
    })
    expect(await held.moneyOf()).toMatchObject({ held: '0.600000', openCalls: 1 })
    expect(await findingsOf(held)).toEqual([[`${account}/${code}`, { usage: 'c1', hold: holdId }]])
  })

  test('an ask that was refused', async () => {
    const { desk, charge } = await setupHolds()
    await desk.ask(callAsk())
    const report = await charge([usageOf('acct_a.r1')])
    expect(report).toMatchObject({ charged: 1, holdsRefused: [{ code: 'unknown_hold' }] })
  })

  test.each([
    [
      'in the same group',
      (charge: Holds['charge'], id: string) => charge([usageOf(id), usageOf(id, { id: 'c2' })]),
    ],
    [
      'later',
      async (charge: Holds['charge'], id: string) => {
        await charge([usageOf(id)])
        return await charge([usageOf(id, { id: 'c2' })])
      },
    ],
  ])('a hold that another record settled %s', async (_, chargeBoth) => {
    const { id, charge, moneyOf } = await setupHeld()
    const report = await chargeBoth(charge, id)
    expect(report.holdsRefused).toEqual([
      { account: 'acct_a', usageId: 'c2', holdId: id, code: 'settled_by_another' },
    ])
    expect(await moneyOf()).toEqual({ balance: '4.400000', ...FREED })
  })
})

test('a record that names the hold of an emergency call is charged by its rate, and nothing is told', async () => {
  const { charge } = await setupHolds()
  const report = await charge([usageOf('acct_a.emergency.r1', { to: '911' })])
  expect(report).toMatchObject({ charged: 0, free: 1, holdsRefused: [] })
})

describe('what a hold has', () => {
  test('is free again when nobody kept it, and not before', async () => {
    const { expire, clock, moneyOf, stateOf } = await setupHeld()
    clock.advance(239_999)
    expect(await expire()).toBe(0)
    clock.advance(1)
    expect(await expire()).toBe(1)
    expect(await expire()).toBe(0)
    expect(await moneyOf()).toEqual({ balance: '5.000000', ...FREED })
    expect(await stateOf('r1')).toBe('expired')
  })

  test('stays held while the call is extended', async () => {
    const { desk, expire, clock, moneyOf } = await setupHeld()
    clock.advance(200_000)
    granted(await desk.extend({ hold: callAsk(), requestId: 'e1', seconds: 60 }))
    clock.advance(40_000)
    expect(await expire()).toBe(0)
    expect(await moneyOf()).toMatchObject({ held: '1.200000' })
  })

  test('is freed once, by however many schedulers, over many pages', async () => {
    const { desk, credit, db, expire, clock, moneyOf } = await setupHolds()
    await credit('100')
    await credit('100', 'acct_b')
    const asks = Array.from({ length: 1_100 }, (_, n) =>
      callAsk({
        requestId: `t${n}`,
        account: n % 2 ? 'acct_a' : 'acct_b',
        item: 'outgoing_text',
        kind: null,
        seconds: null,
        segments: 1,
      }),
    )
    await Promise.all(asks.map((ask) => desk.ask(ask)))
    expect(await moneyOf()).toMatchObject({ held: '5.500000' })
    clock.advance(600_000)
    const counts = await Promise.all([expire(), expire(), expire()])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_100)
    expect(await moneyOf()).toMatchObject({ held: '0.000000' })
    const open = await db.selectFrom('holds').select('request_id').where('state', '=', 'open').execute()
    expect(open).toEqual([])
  })
})

describe('crossing zero', () => {
  test('is told by the desk in either direction', async () => {
    const { desk, credit, crossed } = await setupHolds()
    await credit('0.60')
    await desk.ask(callAsk({ seconds: 30 }))
    expect(crossed).toEqual([])
    await desk.ask(callAsk({ requestId: 'r2' }))
    expect(crossed).toEqual(['acct_a'])
    await desk.release(callAsk())
    expect(crossed).toEqual(['acct_a', 'acct_a'])
  })

  test('by a hold that is settled for less is told by the commit', async () => {
    const { desk, credit, charge } = await setupHolds()
    await credit('0.60')
    const { id } = granted(await desk.ask(callAsk()))
    const report = await charge([usageOf(id)])
    expect(report.toLookAt).toEqual(['acct_a'])
  })
})
