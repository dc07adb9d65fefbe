import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { reactivateAfterDispute, suspendForDispute } from '../../db/account-status.ts'
import { saveRenewalSettings } from '../../db/renewal-settings.ts'
import { patrolServiceStates, wakeServiceStates } from '../../db/service-wakes.ts'
import { inTransaction } from '../../db/transaction.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import { callAsk } from '../support/holds.ts'
import { settle, setupService } from '../support/service.ts'

const MINUTE_MS = 60_000

describe('the state of an account', () => {
  it('is stopped for want of credit before there is any, without an event', async () => {
    const { state, look, events, clock } = await setupService()
    await look()
    expect(await state()).toEqual({
      account: 'acct_a',
      state: 'stopped',
      reason: 'no_credit',
      since: clock.now(),
      seq: 0,
    })
    expect(await events()).toEqual([])
  })

  it('changes when credit comes in and when it is used up, one event each', async () => {
    const service = await setupService()
    const { move, call, state, events, clock } = service
    await move('5')
    await settle(service)
    expect(await state()).toMatchObject({ state: 'active', reason: null, seq: 1 })
    clock.advance(MINUTE_MS)
    await call(500)
    await settle(service)
    expect(await state()).toMatchObject({ state: 'stopped', reason: 'no_credit', since: clock.now(), seq: 2 })
    expect(await events()).toMatchObject([
      {
        account: 'acct_a',
        seq: 1,
        position: 1n,
        previous: 'stopped',
        state: 'active',
        available: parseUsd('5'),
      },
      {
        account: 'acct_a',
        seq: 2,
        position: 2n,
        previous: 'active',
        state: 'stopped',
        available: parseUsd('0'),
      },
    ])
  })

  it('is looked at as soon as usage that reaches zero has committed', async () => {
    const { move, call, look, db } = await setupService()
    await move('5')
    await look()
    const report = await call(500)
    expect(report.toLookAt).toEqual(['acct_a'])
    const row = db.selectFrom('service_states').select('look_at').where('account_id', '=', 'acct_a')
    expect((await row.executeTakeFirstOrThrow()).look_at).not.toBeNull()
  })

  it('is decided once by a job that runs twice, and by two at the same time', async () => {
    const { move, look, events } = await setupService()
    await move('5')
    await Promise.all([look(), look(), look()])
    await look()
    expect(await events()).toHaveLength(1)
  })

  it('is decided later where the job dies half-way', async () => {
    const service = await setupService()
    const { move, state, run, events } = service
    await move('5')
    const newId = () => {
      throw new Error('the worker died')
    }
    const dying = run('update-service-state', { v: 1, account: 'acct_a' }, { newId })
    await expect(dying).rejects.toThrow('the worker died')
    expect(await state()).toMatchObject({ state: 'stopped', seq: 0 })
    await settle(service)
    expect(await state()).toMatchObject({ state: 'active', seq: 1 })
    expect(await events()).toHaveLength(1)
  })

  it('follows the status of the account', async () => {
    const service = await setupService()
    const { db, clock, move, events } = service
    await move('5')
    await settle(service)
    for (const change of [suspendForDispute, reactivateAfterDispute]) {
      await inTransaction(db, async (tx) => {
        await change(tx, 'acct_a')
        await wakeServiceStates(tx, ['acct_a'], clock.now())
      })
      await settle(service)
    }
    const changes = (await events()).map(({ state, reason }) => [state, reason])
    expect(changes).toEqual([
      ['active', null],
      ['stopped', 'account_suspended'],
      ['active', null],
    ])
  })

  it('takes what is held for spent, until it is released', async () => {
    const service = await setupService()
    const { context, move, events } = service
    await move('0.5')
    await settle(service)
    const desk = new HoldDesk({ ...context, onCrossed: () => undefined })
    await desk.ask(callAsk({ requestId: 'r1', account: 'acct_a', seconds: 300 }))
    await settle(service)
    await desk.release({ account: 'acct_a', requestId: 'r1' })
    await settle(service)
    expect(await events()).toMatchObject([
      { state: 'active', available: parseUsd('0.5') },
      { state: 'stopped', reason: 'no_credit', available: parseUsd('0') },
      { state: 'active', available: parseUsd('0.5') },
    ])
  })

  it('is looked at every hour where renewals are set aside', async () => {
    const service = await setupService()
    const { db, move, look, state } = service
    await move('5')
    await look()
    await saveRenewalSettings(db, 'acct_a', { graceDays: 7, suspendedDays: 30, reserveDays: 10 })
    await look()
    const row = await db
      .selectFrom('service_states')
      .select('look_at')
      .where('account_id', '=', 'acct_a')
      .executeTakeFirstOrThrow()
    // A renewal takes its part when its time has come, without anything else happening.
    expect(row.look_at?.getTime()).toBe(service.clock.now().getTime() + 60 * MINUTE_MS)
    expect(await state()).toMatchObject({ state: 'active' })
  })
})

describe('a service that runs out', () => {
  it('is ending while half an hour is left, and active again when the credit lasts an hour', async () => {
    const service = await setupService()
    const { move, call, state, clock } = service
    await move('30')
    await settle(service)
    for (let quarter = 0; quarter < 4; quarter++) {
      clock.advance(15 * MINUTE_MS)
      await call(600)
    }
    // $24 since the first call began, $6 left: a quarter of an hour.
    await settle(service)
    expect(await state()).toMatchObject({ state: 'ending', reason: 'credit_runs_out', seq: 2 })
    await move('15')
    await settle(service)
    expect(await state()).toMatchObject({ state: 'ending', seq: 2 })
    await move('10')
    await settle(service)
    expect(await state()).toMatchObject({ state: 'active', reason: null, seq: 3 })
  })

  it('is active again as time goes by without spending', async () => {
    const service = await setupService()
    const { move, call, state, clock, look } = service
    await move('30')
    clock.advance(30 * MINUTE_MS)
    await call(1_500)
    await look()
    expect(await state()).toMatchObject({ state: 'ending' })
    for (let minutes = 0; minutes < 65; minutes += 5) {
      clock.advance(5 * MINUTE_MS)
      await settle(service)
    }
    expect(await state()).toMatchObject({ state: 'active' })
  })

  it('is found where no level was crossed', async () => {
    const service = await setupService()
    const { move, call, state, clock } = service
    await move('100')
    await settle(service)
    clock.advance(60 * MINUTE_MS)
    const report = await call(3_000)
    await call(3_000)
    expect(report.toLookAt).toEqual([])
    await settle(service)
    expect(await state()).toMatchObject({ state: 'active' })
    clock.advance(5 * MINUTE_MS)
    await call(1_500)
    await settle(service)
    expect(await state()).toMatchObject({ state: 'ending' })
  })
})

describe('the walk over all accounts', () => {
  it('finds states that nobody woke', async () => {
    const service = await setupService()
    const { db, clock, move, state, sweep } = service
    await move('5', 'acct_a')
    await move('5', 'acct_b')
    await db.updateTable('service_states').set({ look_at: null }).execute()
    await settle(service)
    expect(await state('acct_a')).toMatchObject({ state: 'active' })
    await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', 'acct_b').execute()
    expect(await sweep()).toEqual([])
    clock.advance(5_000)
    await settle(service)
    expect(await state('acct_b')).toMatchObject({ state: 'stopped', reason: 'account_suspended' })
  })

  it('goes on by a page whenever it is due, and begins again at the end', async () => {
    const { db, clock, move } = await setupService()
    await move('5', 'acct_a')
    await move('5', 'acct_b')
    const walk = async () => {
      await db.updateTable('service_states').set({ look_at: null }).execute()
      const now = clock.now()
      await patrolServiceStates(db, { now, nextAt: new Date(now.getTime() + MINUTE_MS), limit: 1 })
      const found = db.selectFrom('service_states').select('account_id').where('look_at', 'is not', null)
      return (await found.execute()).map(({ account_id }) => account_id)
    }
    const found: string[][] = []
    for (let turn = 0; turn < 5; turn++) {
      found.push(await walk())
      expect(await walk()).toEqual([])
      clock.advance(MINUTE_MS)
    }
    // The page after the last account is empty.
    expect(found).toEqual([['acct_a'], ['acct_b'], [], ['acct_a'], ['acct_b']])
    await db.updateTable('service_states').set({ look_at: clock.now() }).execute()
  })

  it('gives a state to an account that an older process opened without one', async () => {
    const service = await setupService()
    const { db, clock, sweep, state } = service
    const now = clock.now()
    await db.insertInto('accounts').values({ id: 'acct_old', time_zone: 'UTC', created_at: now }).execute()
    await db.insertInto('auto_recharges').values({ account_id: 'acct_old', updated_at: now }).execute()
    clock.advance(5_000)
    await sweep()
    await settle(service)
    expect(await state('acct_old')).toMatchObject({ state: 'stopped', reason: 'no_credit' })
  })

  it('leaves accounts alone that did not move', async () => {
    const service = await setupService()
    await service.move('5')
    await settle(service)
    service.clock.advance(60 * MINUTE_MS)
    expect(await service.sweep()).toEqual([])
  })
})
