import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Db } from '../../db/connect.ts'
import { openSubjects } from '../../db/findings.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { readRun } from '../../db/run-list.ts'
import { claimRunWakes } from '../../db/run-wakes.ts'
import { claimRun, RUN_LEASE_MS, RunLost, reopenRun, saveRun } from '../../db/runs.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Run } from '../../jobs/nightly-run.ts'
import { runOwedDates, workRun } from '../../jobs/run-owed.ts'
import { DAY_MS, datesOf, itemsRun, MINUTE_MS, setupRuns, workedItems } from '../support/runs.ts'

const OLD_HOLDER = '00000000-0000-4000-8000-000000000001'
const NEW_HOLDER = '00000000-0000-4000-8000-000000000002'

describe('the dates of a kind of run', () => {
  it('begin with the newest that is complete', async () => {
    const { db, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    expect(await datesOf(db)).toEqual(['2026-03-01'])
    expect(await workedItems(db)).toHaveLength(10)
    expect(await readRun(db, { kind: 'items', date: '2026-03-01' })).toMatchObject({ done: 10, refused: 0 })
  })

  it('are due ten minutes after midnight of UTC, each once', async () => {
    const { db, clock, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    clock.set('2026-03-03T00:09:59.999Z')
    await runOwedDates(context, itemsRun())
    expect(await datesOf(db)).toEqual(['2026-03-01'])
    clock.set('2026-03-03T00:10:00Z')
    await runOwedDates(context, itemsRun())
    await runOwedDates(context, itemsRun())
    expect(await datesOf(db)).toEqual(['2026-03-01', '2026-03-02'])
  })

  it('that were missed in three nights run in order, each once', async () => {
    const { db, clock, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    clock.advance(3 * DAY_MS)
    const worked: string[] = []
    await runOwedDates(
      context,
      itemsRun(({ date }, item) => item === 0 && worked.push(date)),
    )
    expect(worked).toEqual(['2026-03-02', '2026-03-03', '2026-03-04'])
    expect(await datesOf(db)).toEqual(['2026-03-01', ...worked])
  })

  it('are worked once by ten workers that are woken at one moment', async () => {
    const { db, clock, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    clock.advance(3 * DAY_MS)
    const worked: string[] = []
    const definition = itemsRun(({ date }, item) => worked.push(`${date}/${item}`))
    await Promise.all(Array.from({ length: 10 }, () => runOwedDates(context, definition)))
    expect(worked).toHaveLength(15)
    expect(new Set(worked)).toHaveLength(15)
    expect(await datesOf(db)).toHaveLength(4)
  })
})

describe('a run that broke off', () => {
  const failing = () =>
    itemsRun((_, item) => {
      if (item === 6) throw new Error('the disk is full')
    })

  it('is a finding and keeps its position, and the next wake goes on there', async () => {
    const { db, context, logged } = await setupRuns()
    await expect(runOwedDates(context, failing())).rejects.toThrow('the disk is full')
    expect(await readRun(db, { kind: 'items', date: '2026-03-01' })).toMatchObject({
      done: 6,
      finishedAt: null,
    })
    expect(await openSubjects(db, 'run_failed')).toEqual(['items/2026-03-01'])
    expect(logged.lines.filter(({ alert }) => alert)).toHaveLength(1)

    const goneOnAt: number[] = []
    await runOwedDates(
      context,
      itemsRun((_, item) => goneOnAt.push(item)),
    )
    expect(goneOnAt).toEqual([6, 8])
    expect(await datesOf(db)).toEqual(['2026-03-01'])
    expect(await workedItems(db)).toHaveLength(10)
    expect(await openSubjects(db, 'run_failed')).toEqual([])
  })

  it('is finished before the next date begins', async () => {
    const { db, clock, context } = await setupRuns()
    await expect(runOwedDates(context, failing())).rejects.toThrow('the disk is full')
    clock.advance(DAY_MS)
    const worked: string[] = []
    await runOwedDates(
      context,
      itemsRun(({ date }, item) => worked.push(`${date}/${item}`)),
    )
    expect(worked.slice(0, 3)).toEqual(['2026-03-01/6', '2026-03-01/8', '2026-03-02/0'])
    expect(await datesOf(db)).toEqual(['2026-03-01', '2026-03-02'])
  })

  it('because its connection was ended in the middle of a page loses that page alone', async () => {
    const { db, context } = await setupRuns()
    const page = async (run: Run, end: (tx: Tx) => Promise<unknown>) => {
      await inTransaction(db, async (tx) => {
        await run.save(tx, { position: String(Number(run.position ?? 0) + 1), done: 1, refused: 0 })
        await end(tx)
      })
    }
    const endConnection = (tx: Tx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    const broken = { kind: 'items', work: (_: unknown, run: Run) => page(run, endConnection) }
    await expect(runOwedDates(context, broken)).rejects.toThrow()
    const key = { kind: 'items', date: '2026-03-01' }
    expect(await readRun(db, key)).toMatchObject({ done: 0, finishedAt: null })

    await runOwedDates(context, { kind: 'items', work: (_, run) => page(run, () => Promise.resolve()) })
    expect(await readRun(db, key)).toMatchObject({ done: 1, finishedAt: expect.any(Date) })
  })

  it('whose holder died goes on when it was not heard of for the length of a lease', async () => {
    const { db, clock, context } = await setupRuns()
    const dead = await claimRun(db, { kind: 'items', holder: OLD_HOLDER, now: clock.now() })
    if (!dead) throw new Error('nothing was owed')
    await inTransaction(db, (tx) => saveRun(tx, dead, { position: '4', done: 4, refused: 0 }, clock.now()))

    await runOwedDates(context, itemsRun())
    expect(await workedItems(db)).toEqual([])
    clock.advance(RUN_LEASE_MS)
    await runOwedDates(context, itemsRun())

    expect(await workedItems(db)).toEqual([4, 5, 6, 7, 8, 9].map((item) => `2026-03-01/${item}`))
    expect(await datesOf(db)).toEqual(['2026-03-01'])
  })
})

describe('a holder that lost its run', () => {
  it('writes nothing more, whatever page it was in', async () => {
    const { db, clock, context } = await setupRuns()
    const definition = itemsRun(async (_, item) => {
      if (item !== 4) return
      clock.advance(RUN_LEASE_MS)
      await claimRun(db, { kind: 'items', holder: NEW_HOLDER, now: clock.now() })
    })
    await runOwedDates(context, definition)
    expect(await workedItems(db)).toHaveLength(4)
    expect(await datesOf(db)).toEqual(['2026-03-01 open'])
    expect(await openSubjects(db, 'run_failed'), 'the other holder is at work').toEqual([])
    clock.advance(RUN_LEASE_MS)
    await runOwedDates(context, itemsRun())
    expect(await workedItems(db)).toHaveLength(10)
  })

  it('cannot save or finish', async () => {
    const { db, clock, context } = await setupRuns()
    const lost = await claimRun(db, { kind: 'items', holder: OLD_HOLDER, now: clock.now() })
    if (!lost) throw new Error('nothing was owed')
    clock.advance(RUN_LEASE_MS)
    const held = await claimRun(db, { kind: 'items', holder: NEW_HOLDER, now: clock.now() })
    if (!held) throw new Error('it was not taken over')
    const progress = { position: '2', done: 2, refused: 0 }
    await expect(inTransaction(db, (tx) => saveRun(tx, lost, progress, clock.now()))).rejects.toThrow(RunLost)
    expect(await workRun(context, { kind: 'items', work: () => Promise.resolve() }, lost)).toBe(false)
    expect(await datesOf(db)).toEqual(['2026-03-01 open'])
    expect(await workRun(context, itemsRun(), held)).toBe(true)
  })
})

describe('a run that is still going when the next is due', () => {
  it('is waited for, and its holder goes on with the next', async () => {
    const { db, clock, context } = await setupRuns()
    const going = Promise.withResolvers<void>()
    const mayGoOn = Promise.withResolvers<void>()
    const slow = runOwedDates(
      context,
      itemsRun(async ({ date }, item) => {
        if (date !== '2026-03-01' || item !== 4) return
        going.resolve()
        await mayGoOn.promise
      }),
    )
    await going.promise
    clock.set('2026-03-03T00:11:00Z')
    // Its holder is heard of while it works.
    await db
      .updateTable('runs')
      .set({ held_until: new Date(clock.now().getTime() + MINUTE_MS) })
      .execute()
    expect(await claimRunWakes(db, { kinds: ['items'], now: clock.now() })).toEqual([])
    await runOwedDates(context, itemsRun())
    expect(await datesOf(db)).toEqual(['2026-03-01 open'])
    mayGoOn.resolve()
    await slow
    expect(await datesOf(db)).toEqual(['2026-03-01', '2026-03-02'])
    expect(await workedItems(db)).toHaveLength(20)
  })
})

describe('a run that is done again', () => {
  it('does what is missing and nothing twice', async () => {
    const { db, clock, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    const key = { kind: 'items', date: '2026-03-01' }
    const reopened = await reopenRun(db, { ...key, holder: NEW_HOLDER, now: clock.now() })
    if (!reopened) throw new Error('it was not opened again')
    expect(await workRun(context, itemsRun(), reopened)).toBe(true)
    expect(await readRun(db, key)).toMatchObject({ done: 10, redone: 1, finishedAt: clock.now() })
    expect(await workedItems(db)).toHaveLength(10)
  })

  it('and broke off is continued before the next date', async () => {
    const { db, clock, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    await reopenRun(db, { kind: 'items', date: '2026-03-01', holder: OLD_HOLDER, now: clock.now() })
    clock.advance(DAY_MS)
    await runOwedDates(context, itemsRun())
    expect(await datesOf(db)).toEqual(['2026-03-01', '2026-03-02'])
  })

  it('is one that is finished, while no other of its kind is open', async () => {
    const { db, clock, context } = await setupRuns()
    await runOwedDates(context, itemsRun())
    const redo = (date: string) =>
      reopenRun(db, { kind: 'items', date, holder: NEW_HOLDER, now: clock.now() })
    expect(await redo('2026-02-28')).toBeNull()
    clock.advance(DAY_MS)
    const open = await claimRun(db, { kind: 'items', holder: OLD_HOLDER, now: clock.now() })
    expect(open).not.toBeNull()
    expect(await redo('2026-03-01')).toBeNull()
    expect(await redo('2026-03-02')).toBeNull()
    if (open) await workRun(context, itemsRun(), open)
  })
})

describe('of the kinds that owe a date', () => {
  it('each is woken by one of many schedulers, and again a minute later', async () => {
    const { db, clock, context } = await setupRuns()
    const wake = () => claimRunWakes(db, { kinds: ['items', 'others'], now: clock.now() })
    const woken = await Promise.all(Array.from({ length: 8 }, wake))
    expect(woken.flat().sort()).toEqual(['items', 'others'])
    await runOwedDates(context, itemsRun())
    expect(await wake()).toEqual([])
    clock.advance(MINUTE_MS)
    expect(await wake(), 'what is done is not woken').toEqual(['others'])
  })

  it('one whose holder is at work is left alone, one that was left is woken', async () => {
    const { db, clock } = await setupRuns()
    const wake = () => claimRunWakes(db, { kinds: ['items'], now: clock.now() })
    await claimRun(db, { kind: 'items', holder: OLD_HOLDER, now: clock.now() })
    expect(await wake()).toEqual([])
    clock.advance(RUN_LEASE_MS)
    expect(await wake()).toEqual(['items'])
  })
})

describe('the invariants of runs', () => {
  const at = (time: string) => new Date(`2026-01-10T${time}Z`)
  const run = (date: string, started: string, finished: string) => ({
    kind: 'items',
    business_date: date,
    started_at: at(started),
    finished_at: at(finished),
    holder: OLD_HOLDER,
    held_until: at(finished),
  })
  const broken = async (db: Db) => (await checkInvariants(db)).map(({ invariant }) => invariant)

  it('find a date without a run and a run that finished after the next had begun', async () => {
    const { db } = await setupRuns()
    const add = (...row: Parameters<typeof run>) =>
      db
        .insertInto('runs')
        .values(run(...row))
        .execute()
    await add('2026-01-01', '01:00', '01:01')
    await add('2026-01-03', '03:00', '03:01')
    expect(await broken(db)).toEqual(['a kind of run has a run for every date from its first to its last'])
    await add('2026-01-02', '02:00', '03:30')
    expect(await broken(db)).toEqual(['the runs of a kind finish in the order of their dates'])
    await db
      .updateTable('runs')
      .set({ finished_at: at('03:00') })
      .where('business_date', '=', '2026-01-02')
      .execute()
    expect(await broken(db)).toEqual([])
  })
})
