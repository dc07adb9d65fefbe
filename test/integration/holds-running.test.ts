import { describe, expect, test } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { picos } from '../../billing/picos.ts'
import { connect } from '../../db/connect.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import { callAsk, granted, setupHolds } from '../support/holds.ts'
import { callRecord, flatRate } from '../support/usage.ts'

const CENT = picos(10_000_000_000n)
const UNKNOWN_HOLD = { kind: 'unknown_hold' }
const REFUSED = { kind: 'refused', reason: 'insufficient_funds' }

describe('an extension', () => {
  test('lengthens the call by what the credit affords, and the hold with it', async () => {
    const { desk, credit, moneyOf, clock } = await setupHolds()
    await credit('1')
    const hold = callAsk()
    granted(await desk.ask(hold))
    clock.advance(30_000)
    const extended = await desk.extend({ hold, requestId: 'e1', seconds: 300 })
    expect(extended).toEqual({
      kind: 'granted',
      id: 'acct_a.r1',
      seconds: 100,
      amount: 1_000_000n,
      expiresAt: new Date('2026-03-02T12:04:40Z'),
      extendBefore: new Date('2026-03-02T12:01:10Z'),
      warn: false,
      warnAt: new Date('2026-03-02T12:00:40Z'),
    })
    clock.advance(40_000)
    expect(await desk.extend({ hold, requestId: 'e2', seconds: 300 })).toEqual(REFUSED)
    expect(await moneyOf()).toEqual({ balance: '1.000000', held: '1.000000', openCalls: 1 })
  })

  test('warns when fewer than 60 seconds are left', async () => {
    const { desk, credit, clock } = await setupHolds()
    await credit('1')
    const hold = callAsk()
    granted(await desk.ask(hold))
    clock.advance(41_000)
    expect(await desk.extend({ hold, requestId: 'e1', seconds: 20 })).toMatchObject({
      seconds: 80,
      warn: true,
    })
  })

  test('again has the same answer, refused or not, and with other seconds is a conflict', async () => {
    const { desk, credit, clock, moneyOf } = await setupHolds()
    await credit('1')
    const hold = callAsk()
    await desk.ask(hold)
    const first = await desk.extend({ hold, requestId: 'e1', seconds: 40 })
    const refused = await desk.extend({ hold, requestId: 'e2', seconds: 40 })
    expect([first.kind, refused]).toEqual(['granted', REFUSED])
    await credit('10')
    clock.advance(1_000)
    expect(await desk.extend({ hold, requestId: 'e1', seconds: 40 })).toEqual(first)
    expect(await desk.extend({ hold, requestId: 'e2', seconds: 40 })).toEqual(refused)
    expect(await desk.extend({ hold, requestId: 'e1', seconds: 41 })).toEqual({ kind: 'conflict' })
    expect(await moneyOf()).toMatchObject({ held: '1.000000' })
  })

  test('of an unknown hold, of a refused ask and of a hold of nobody is answered as unknown', async () => {
    const { desk } = await setupHolds()
    await desk.ask(callAsk())
    const extend = (hold: { account: string; requestId: string }) =>
      desk.extend({ hold, requestId: 'e1', seconds: 60 })
    expect(await extend(callAsk())).toEqual(UNKNOWN_HOLD)
    expect(await extend(callAsk({ requestId: 'never' }))).toEqual(UNKNOWN_HOLD)
    expect(await extend(callAsk({ account: 'nobody' }))).toEqual(UNKNOWN_HOLD)
  })

  test('after the end names how it ended, also where the sweep has not come by', async () => {
    const { desk, credit, clock, expire } = await setupHolds()
    await credit('5')
    const released = callAsk()
    const forgotten = callAsk({ requestId: 'r2' })
    await desk.ask(released)
    await desk.ask(forgotten)
    await desk.release(released)
    const extend = (hold: typeof released, requestId: string) => desk.extend({ hold, requestId, seconds: 60 })
    expect(await extend(released, 'e1')).toEqual({ kind: 'ended', state: 'released' })
    clock.advance(240_000)
    expect(await extend(forgotten, 'e1')).toEqual({ kind: 'ended', state: 'expired' })
    expect(await expire()).toBe(1)
    expect(await extend(forgotten, 'e2')).toEqual({ kind: 'ended', state: 'expired' })
  })

  test('of what is no call, or longer than a day, is refused', async () => {
    const { desk, credit, db } = await setupHolds()
    await credit('1000')
    const text = callAsk({ item: 'outgoing_text', kind: null, seconds: null, segments: 1 })
    await desk.ask(text)
    expect(await desk.extend({ hold: text, requestId: 'e1', seconds: 60 })).toEqual({ kind: 'not_a_call' })
    const call = callAsk({ requestId: 'r2' })
    await desk.ask(call)
    const long = { granted_seconds: 86_400 }
    await db.updateTable('holds').set(long).where('request_id', '=', 'r2').execute()
    expect(await desk.extend({ hold: call, requestId: 'e1', seconds: 60 })).toEqual({ kind: 'too_long' })
  })

  test('is priced by the rates of the start, as the usage record will be', async () => {
    const later = Date.parse('2026-03-02T12:00:30Z')
    const { desk, credit, clock, charge, moneyOf } = await setupHolds([
      flatRate({ row: 1, item: 'phone_call', rate: CENT }),
      flatRate({ row: 2, item: 'phone_call', rate: picos(5n * CENT), effectiveFromMs: later }),
    ])
    await credit('5')
    const hold = callAsk()
    const { id } = granted(await desk.ask(hold))
    clock.advance(40_000)
    expect(await desk.extend({ hold, requestId: 'e1', seconds: 60 })).toMatchObject({
      seconds: 120,
      amount: 1_200_000n,
    })
    await charge([callRecord({ occurredAt: '2026-03-02T12:00:00Z', durationMs: 120_000, holdId: id })])
    expect(await moneyOf()).toEqual({ balance: '3.800000', held: '0.000000', openCalls: 0 })
  })
})

describe('the policy at the end of the money', () => {
  test('finish lets a running call go on to the overdraft, and no other begin', async () => {
    const { desk, credit, changePolicy, charge, moneyOf } = await setupHolds()
    await changePolicy({ end: 'finish', overdraft: parseUsd('0.50') })
    await credit('1')
    const hold = callAsk()
    const { id } = granted(await desk.ask({ ...hold, seconds: 300 }))
    expect(await desk.ask(callAsk({ requestId: 'r2' }))).toEqual(REFUSED)
    expect(await desk.extend({ hold, requestId: 'e1', seconds: 300 })).toMatchObject({ seconds: 150 })
    expect(await desk.extend({ hold, requestId: 'e2', seconds: 300 })).toEqual(REFUSED)
    await charge([callRecord({ holdId: id, durationMs: 150_000 })])
    expect(await moneyOf()).toEqual({ balance: '-0.500000', held: '0.000000', openCalls: 0 })
  })

  test('inbound calls go on where outbound ones and texts are refused', async () => {
    const { desk, credit, changePolicy } = await setupHolds()
    await changePolicy({ inboundFirst: parseUsd('2') })
    await credit('2.30')
    const text = { item: 'outgoing_text', kind: null, seconds: null, segments: 1 } as const
    expect(await desk.ask(callAsk({ seconds: 300 }))).toMatchObject({ seconds: 30 })
    expect(await desk.ask(callAsk({ ...text, requestId: 'r2' }))).toEqual(REFUSED)
    expect(await desk.ask(callAsk({ kind: 'inbound', requestId: 'r3', seconds: 300 }))).toMatchObject({
      seconds: 200,
    })
  })
})

describe('a release', () => {
  test('frees what is held, once', async () => {
    const { desk, credit, moneyOf, stateOf } = await setupHolds()
    await credit('5')
    await desk.ask(callAsk())
    const both = await Promise.all([desk.release(callAsk()), desk.release(callAsk())])
    expect(both).toEqual([{ kind: 'released' }, { kind: 'released' }])
    expect(await moneyOf()).toEqual({ balance: '5.000000', held: '0.000000', openCalls: 0 })
    expect(await stateOf('r1')).toBe('released')
  })

  test('of what never was held is answered as unknown', async () => {
    const { desk } = await setupHolds()
    await desk.ask(callAsk())
    expect(await desk.release(callAsk())).toEqual(UNKNOWN_HOLD)
    expect(await desk.release(callAsk({ account: 'nobody' }))).toEqual(UNKNOWN_HOLD)
  })
})

describe('an emergency call', () => {
  test('is granted at once for nothing, without the database, for any account', async () => {
    const { deps } = await setupHolds()
    const away = connect({
      url: 'postgres://nobody@127.0.0.1:1/nowhere',
      poolMax: 1,
      onError: () => undefined,
    })
    const desk = new HoldDesk({ ...deps, db: away, onCrossed: () => undefined })
    const ask = callAsk({ account: 'nobody', to: '911' })
    expect(await desk.ask(ask)).toEqual({
      kind: 'granted',
      id: 'nobody.emergency.r1',
      seconds: 86_400,
      amount: 0n,
      expiresAt: new Date('2026-03-03T12:03:00Z'),
      extendBefore: new Date('2026-03-03T11:59:30Z'),
      warn: false,
      warnAt: null,
    })
    const hold = { account: 'nobody', requestId: 'emergency.r1' }
    expect(await desk.extend({ hold, requestId: 'e1', seconds: 60 })).toMatchObject({
      kind: 'granted',
      amount: 0n,
    })
    expect(await desk.release(hold)).toEqual({ kind: 'released' })
  })
})
