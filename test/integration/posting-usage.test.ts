import { describe, expect, it } from 'vitest'
import { micros } from '../../billing/money.ts'
import { adjust } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { adjustment, balanceOf, entriesOf, setupLedger } from '../support/ledger.ts'
import { callRecord, openAccounts } from '../support/usage.ts'

describe('posting usage', () => {
  it('makes one debit a record with the running balance, in the order of occurrence', async () => {
    const { db, charge } = await setupLedger()
    await charge([
      callRecord({ id: 'late', occurredAt: '2026-03-02T11:05:00Z', durationMs: 2_000 }),
      callRecord({ id: 'early', occurredAt: '2026-03-02T11:00:00Z', durationMs: 1_000 }),
    ])
    const entries = await entriesOf(db)
    expect(
      entries.map((entry) => [entry.seq, entry.source, entry.amount_micros, entry.balance_after_micros]),
    ).toEqual([
      [1n, 'usage/early', -10_000n, -10_000n],
      [2n, 'usage/late', -20_000n, -30_000n],
    ])
    expect(entries.every((entry) => entry.contra === 'revenue:phone_call')).toBe(true)
    expect(await balanceOf(db)).toBe(-30_000n)
  })

  it('charges a record once, however often and in whatever company it comes', async () => {
    const { db, charge } = await setupLedger()
    const records = Array.from({ length: 120 }, (_, n) => callRecord({ id: `call-${n}`, durationMs: 1_000 }))
    expect(await charge(records)).toMatchObject({ charged: 120, duplicates: 0 })
    expect(await charge([...records].reverse())).toMatchObject({ charged: 0, duplicates: 120, refused: [] })
    expect(
      await charge([callRecord({ id: 'new', durationMs: 1_000 }), ...records, ...records]),
    ).toMatchObject({
      charged: 1,
      duplicates: 240,
    })
    expect(await balanceOf(db)).toBe(-1_210_000n)
  })

  it('tells a duplicate by what was used: tags, call and hold do not count', async () => {
    const { charge } = await setupLedger()
    await charge([callRecord()])
    const again = callRecord({
      tags: { agent: 'x' },
      callId: 'c',
      holdId: 'h',
      occurredAt: '2026-03-02T12:00:00+01:00',
    })
    expect(await charge([again])).toMatchObject({ charged: 0, duplicates: 1, refused: [] })
  })

  it.each([
    ['item', { item: 'ring_through_attempt', kind: null, durationMs: null }],
    ['kind', { kind: 'inbound' }],
    ['from', { from: '+12025550124' }],
    ['to', { to: '+14155550198' }],
    ['occurredAt', { occurredAt: '2026-03-02T11:00:00.001Z' }],
    ['durationMs', { durationMs: 63_001 }],
  ])('keeps the same id with another %s apart as a conflict and posts nothing', async (_, change) => {
    const { db, charge } = await setupLedger()
    await charge([callRecord()])
    const report = await charge([callRecord(change)])
    expect(report).toMatchObject({ charged: 0, duplicates: 0, refused: [{ code: 'conflict', id: 'call-1' }] })
    expect(await entriesOf(db)).toHaveLength(1)
    const kept = await db.selectFrom('unrated_usage').select(['reason', 'record']).execute()
    expect(kept).toEqual([{ reason: 'conflict', record: JSON.stringify(callRecord(change)) }])
  })

  it('finds a conflict in the middle of a replay', async () => {
    const { charge } = await setupLedger()
    const records = Array.from({ length: 60 }, (_, n) => callRecord({ id: `call-${n}` }))
    await charge(records)
    const altered = records.map((record, n) => (n === 30 ? { ...record, durationMs: 1 } : record))
    const report = await charge([...altered, callRecord({ id: 'one more' }), callRecord({ id: 'fresh' })])
    expect(report).toMatchObject({ charged: 1, duplicates: 59 })
    expect(report.refused.map(({ code, index }) => [code, index])).toEqual([
      ['invalid_record', 60],
      ['conflict', 30],
    ])
  })

  it('stores usage that costs nothing and makes no entry', async () => {
    const { db, charge } = await setupLedger()
    expect(await charge([callRecord({ durationMs: 0 })])).toMatchObject({ charged: 0, free: 1 })
    expect(await charge([callRecord({ durationMs: 0 })])).toMatchObject({ free: 0, duplicates: 1 })
    expect(await entriesOf(db)).toEqual([])
  })

  it('refuses usage of unknown and closed accounts and charges a suspended one', async () => {
    const { db, charge } = await setupLedger()
    await db.updateTable('accounts').set({ status: 'closed' }).where('id', '=', 'acct_a').execute()
    await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', 'acct_b').execute()
    const report = await charge([
      callRecord(),
      callRecord({ account: 'nobody' }),
      callRecord({ account: 'acct_b' }),
    ])
    expect(report.charged).toBe(1)
    expect(report.refused.map(({ code, account }) => [account, code])).toEqual([
      ['acct_a', 'account_closed'],
      ['nobody', 'unknown_account'],
    ])
  })

  it('writes exactly one recharge job each time the balance falls below the threshold', async () => {
    const { db, charge } = await setupLedger()
    const jobs = async () => await db.selectFrom('outbox').select(['job', 'payload']).execute()
    await inTransaction(db, (tx) =>
      adjust(tx, adjustment({ amount: '10.01' }), new Date('2026-03-02T10:00:00Z')),
    )
    await charge([callRecord({ id: 'to-the-threshold', durationMs: 1_000 })])
    expect(await jobs()).toEqual([])
    await charge([
      callRecord({ id: 'below', durationMs: 1_000 }),
      callRecord({ id: 'more', durationMs: 1_000 }),
    ])
    await charge([callRecord({ id: 'still below', durationMs: 1_000 }), callRecord({ id: 'still-below' })])
    expect(await jobs()).toEqual([{ job: 'recharge-account', payload: { v: 1, account: 'acct_a' } }])
  })

  it('never dates an entry before the one in front of it, even when the clock steps back', async () => {
    const { db, charge, clock } = await setupLedger()
    await charge([callRecord({ id: '1' })])
    clock.advance(-3_600_000)
    await charge([callRecord({ id: '2', occurredAt: '2026-03-02T10:00:00Z' })])
    const [first, second] = await entriesOf(db)
    expect(second?.posted_at).toEqual(first?.posted_at)
  })

  it('isolates a record that the database refuses and charges its neighbours', async () => {
    const { db, charge, clock } = await setupLedger()
    const almostAll = micros(-9_223_372_036_854_000_000n)
    await inTransaction(db, (tx) =>
      adjust(tx, { ...adjustment({ account: 'acct_b' }), amount: almostAll }, clock.now()),
    )
    const report = await charge([
      ...Array.from({ length: 20 }, (_, n) => callRecord({ id: `a${n}` })),
      callRecord({ id: 'over', account: 'acct_b', durationMs: 600_000 }),
      ...Array.from({ length: 20 }, (_, n) => callRecord({ id: `b${n}` })),
    ])
    expect(report.charged).toBe(40)
    expect(report.refused).toMatchObject([{ id: 'over', code: 'refused_by_database' }])
  })

  it('never deadlocks when groups share accounts in any order', async () => {
    const { db, charge, clock } = await setupLedger()
    const accounts = Array.from({ length: 20 }, (_, n) => `shared_${n}`)
    await openAccounts(db, clock, accounts)
    const groups = Array.from({ length: 24 }, (_, group) =>
      accounts.map((_, n) => {
        const account = accounts[(n * 7 + group * 3) % accounts.length]
        return callRecord({ id: `g${group}-${n}`, account })
      }),
    )
    const reports = await Promise.all(groups.map((group) => charge(group)))
    expect(reports.reduce((sum, report) => sum + report.charged, 0)).toBe(480)
  })
})
