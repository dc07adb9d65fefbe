import { describe, expect, test } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { picos } from '../../billing/picos.ts'
import { callAsk, granted, setupHolds } from '../support/holds.ts'
import { purchaseRecord } from '../support/numbers.ts'
import { callRecord, flatRate } from '../support/usage.ts'

const CENT = picos(10_000_000_000n)
const REFUSED = { kind: 'refused', reason: 'insufficient_funds' }

describe('an ask', () => {
  test('is granted what the credit affords, and the money is set aside', async () => {
    const { desk, credit, moneyOf } = await setupHolds()
    await credit('0.90')
    expect(await desk.ask(callAsk({ seconds: 300 }))).toEqual({
      kind: 'granted',
      id: 'acct_a.r1',
      seconds: 90,
      amount: 900_000n,
      expiresAt: new Date('2026-03-02T12:04:30Z'),
      extendBefore: new Date('2026-03-02T12:01:00Z'),
      warn: false,
      warnAt: new Date('2026-03-02T12:00:30Z'),
    })
    expect(await moneyOf()).toEqual({ balance: '0.900000', held: '0.900000', openCalls: 1 })
    expect(await desk.ask(callAsk({ requestId: 'r2' }))).toEqual(REFUSED)
  })

  test('for a text and for a number is held the same way', async () => {
    const { desk, credit, moneyOf } = await setupHolds()
    await credit('0.04')
    const text = callAsk({ item: 'outgoing_text', kind: null, seconds: null, segments: 3 })
    expect(await desk.ask(text)).toMatchObject({
      kind: 'granted',
      seconds: null,
      amount: 30_000n,
      extendBefore: null,
    })
    expect(await desk.ask({ ...text, requestId: 'r2', segments: 2 })).toEqual(REFUSED)
    const number = callAsk({
      requestId: 'r3',
      item: 'phone_number',
      kind: 'purchase',
      from: null,
      seconds: null,
    })
    expect(await desk.ask(number)).toMatchObject({
      kind: 'granted',
      amount: 10_000n,
      expiresAt: new Date('2026-03-02T12:10:00Z'),
      warn: false,
    })
    expect(await moneyOf()).toEqual({ balance: '0.040000', held: '0.040000', openCalls: 0 })
  })

  test('again has the same answer, whatever has happened since', async () => {
    const { desk, openDesk, credit, charge, clock, moneyOf } = await setupHolds()
    await credit('0.5')
    const first = await desk.ask(callAsk())
    const refused = await desk.ask(callAsk({ requestId: 'r2' }))
    expect(refused).toEqual(REFUSED)
    await credit('100')
    clock.advance(20_000)
    await desk.extend({ hold: callAsk(), requestId: 'e1', seconds: 60 })
    await desk.release(callAsk())
    await charge([])
    clock.advance(3_600_000)
    for (const any of [desk, openDesk()]) {
      expect(await any.ask(callAsk())).toEqual(first)
      expect(await any.ask(callAsk({ requestId: 'r2' }))).toEqual(refused)
    }
    expect(await moneyOf()).toMatchObject({ held: '0.000000', openCalls: 0 })
  })

  test.each([
    ['item', { item: 'ring_through_attempt', kind: null, seconds: null }],
    ['kind', { kind: 'inbound' }],
    ['from', { from: '+12025550124' }],
    ['to', { to: '+14155550198' }],
    ['seconds', { seconds: 61 }],
  ] as const)('of the same request id and another %s is a conflict', async (_, change) => {
    const { desk, credit, moneyOf } = await setupHolds()
    await credit('5')
    await desk.ask(callAsk())
    expect(await desk.ask(callAsk(change))).toEqual({ kind: 'conflict' })
    expect(await moneyOf()).toMatchObject({ held: '0.600000', openCalls: 1 })
  })

  test('sees those before it that came at the same time', async () => {
    const { desk, credit, moneyOf } = await setupHolds()
    await credit('1')
    const asks = ['r1', 'r2', 'r1', 'r3'].map((requestId) => desk.ask(callAsk({ requestId })))
    const [first, second, again, third] = await Promise.all(asks)
    expect(first).toMatchObject({ kind: 'granted', seconds: 60 })
    expect(second).toMatchObject({ kind: 'granted', seconds: 40 })
    expect(again).toEqual(first)
    expect(third).toEqual(REFUSED)
    expect(await moneyOf()).toMatchObject({ held: '1.000000', openCalls: 2 })
  })

  test.each([
    ['to a blocked destination', { to: '+19005550199' }, 'destination_blocked'],
    ['without a rate', { item: 'phone_number', kind: 'renewal', from: null, seconds: null }, 'no_rate'],
  ] as const)('%s is refused', async (_, change, reason) => {
    const { desk, credit } = await setupHolds()
    await credit('5')
    expect(await desk.ask(callAsk(change))).toEqual({ kind: 'refused', reason })
  })

  test.each(['suspended', 'closed'] as const)('of an account that is %s is refused', async (status) => {
    const { desk, credit, db } = await setupHolds()
    await credit('5')
    await db.updateTable('accounts').set({ status }).where('id', '=', 'acct_a').execute()
    expect(await desk.ask(callAsk())).toEqual({ kind: 'refused', reason: 'account_suspended' })
  })

  test('of an account that does not exist is answered as such, and holds up no other', async () => {
    const { desk, credit } = await setupHolds()
    await credit('5')
    const [unknown, known] = await Promise.all([
      desk.ask(callAsk({ account: 'nobody' })),
      desk.ask(callAsk()),
    ])
    expect(unknown).toEqual({ kind: 'unknown_account' })
    expect(known).toMatchObject({ kind: 'granted' })
  })

  test('keeps off the money that is reserved for renewals', async () => {
    const { desk, credit, charge, db } = await setupHolds([
      flatRate({ row: 1, item: 'phone_call', rate: CENT }),
      flatRate({ row: 2, item: 'phone_number', kind: 'purchase', rate: CENT }),
      flatRate({ row: 3, item: 'phone_number', kind: 'renewal', rate: picos(40n * CENT) }),
    ])
    await credit('1')
    await charge([purchaseRecord('+14155550100', { at: '2026-02-10T12:00:00Z' })])
    await db.insertInto('renewal_settings').values({ account_id: 'acct_a', reserve_days: 30 }).execute()
    expect(await desk.ask(callAsk({ seconds: 300 }))).toMatchObject({ seconds: 59 })
    expect(await desk.ask(callAsk({ requestId: 'r2' }))).toEqual(REFUSED)
  })

  test('that reaches a limit is refused and noted once', async () => {
    const holds = await setupHolds()
    const { desk, credit, db } = holds
    await holds.changePolicy({
      limits: { concurrentCalls: 1, spendPerHour: parseUsd('5'), spendPerDay: parseUsd('9') },
    })
    await credit('100')
    granted(await desk.ask(callAsk()))
    const refused = { kind: 'refused', reason: 'limit_reached' }
    expect(await Promise.all([2, 3].map((n) => desk.ask(callAsk({ requestId: `r${n}` }))))).toEqual([
      refused,
      refused,
    ])
    const spending = { item: 'outgoing_text', kind: null, seconds: null, segments: 500 } as const
    expect(await desk.ask(callAsk({ requestId: 'r4', ...spending }))).toEqual(refused)
    const found = await db.selectFrom('findings').select(['kind', 'severity']).orderBy('severity').execute()
    expect(found).toEqual([
      { kind: 'limit_reached', severity: 'critical' },
      { kind: 'limit_reached', severity: 'warning' },
    ])
  })
})

describe('the caps of a prefix', () => {
  const premium = { to: '+8835550100' }
  const setupCapped = async () => {
    const holds = await setupHolds()
    await holds.changePolicy({
      prefixCaps: [{ prefix: '883', concurrentCalls: 2, spendPerDay: parseUsd('1.50') }],
    })
    await holds.credit('100')
    return holds
  }

  test('count the calls that are open and what is held, of one group and of those before', async () => {
    const { desk } = await setupCapped()
    const ask = (requestId: string, seconds: number) => desk.ask(callAsk({ ...premium, requestId, seconds }))
    expect(await ask('r1', 60)).toMatchObject({ kind: 'granted' })
    const both = await Promise.all([ask('r2', 100), ask('r3', 10), ask('r4', 10)])
    expect(both.map(({ kind }) => kind)).toEqual(['refused', 'granted', 'refused'])
    expect(await desk.ask(callAsk({ requestId: 'r5' }))).toMatchObject({ kind: 'granted' })
  })

  test('count what was charged today instead of what was held, and nothing of what was released', async () => {
    const { desk, charge, clock } = await setupCapped()
    const ask = (requestId: string, seconds: number) => desk.ask(callAsk({ ...premium, requestId, seconds }))
    const { id } = granted(await ask('r1', 150))
    await charge([
      callRecord({ ...premium, occurredAt: '2026-03-02T12:00:00Z', durationMs: 50_000, holdId: id }),
    ])
    granted(await ask('r2', 100))
    await desk.release(callAsk({ requestId: 'r2' }))
    expect(await ask('r3', 101)).toMatchObject({ reason: 'limit_reached' })
    expect(await ask('r4', 100)).toMatchObject({ kind: 'granted' })
    await desk.release(callAsk({ requestId: 'r4' }))
    clock.set('2026-03-03T00:00:00Z')
    expect(await ask('r5', 150)).toMatchObject({ kind: 'granted' })
  })
})
