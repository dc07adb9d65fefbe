import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RetainedTable } from '../../db/retention.ts'
import { readRun } from '../../db/run-list.ts'
import { retention } from '../../jobs/nightly/retention.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { DAY_MS, type Runs, setupRuns } from '../support/runs.ts'

const CUT_OFF = new Date('2026-03-02T00:00:00Z')
const daysBefore = (days: number) => new Date(CUT_OFF.getTime() - days * DAY_MS)

async function addOutbox(
  { db }: Runs,
  account: string,
  { createdDays, done }: { createdDays: number; done: boolean },
) {
  const at = daysBefore(createdDays)
  const id = randomUUID()
  await db
    .insertInto('outbox')
    .values({ account_id: account, id, job: 'recharge-account', payload: '{}', created_at: at })
    .execute()
  if (done) await db.updateTable('outbox').set({ done_at: at }).where('id', '=', id).execute()
}

async function countOf({ db }: Runs, table: RetainedTable) {
  const { count } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const work = (runs: Runs) => runOwedDates(runs.context, retention)

describe('retention', () => {
  it('deletes outbox rows done 14 days ago, but never what is owed and never the newest of an account', async () => {
    const runs = await setupRuns()
    await addOutbox(runs, 'acct_a', { createdDays: 16, done: true })
    await addOutbox(runs, 'acct_a', { createdDays: 15, done: true })
    await addOutbox(runs, 'acct_a', { createdDays: 40, done: false })
    await addOutbox(runs, 'acct_a', { createdDays: 13, done: true })
    await addOutbox(runs, 'acct_b', { createdDays: 50, done: true })
    await work(runs)
    const left = await runs.db
      .selectFrom('outbox')
      .select(['account_id', 'created_at'])
      .orderBy('created_at')
      .execute()
    expect(left).toEqual([
      { account_id: 'acct_b', created_at: daysBefore(50) },
      { account_id: 'acct_a', created_at: daysBefore(40) },
      { account_id: 'acct_a', created_at: daysBefore(13) },
    ])
    expect(await readRun(runs.db, { kind: 'retention', date: '2026-03-01' })).toMatchObject({ done: 2 })
  })

  it('deletes events and links that have served their time, page by page', async () => {
    const runs = await setupRuns()
    const { db } = runs
    const many = Array.from({ length: 4_100 }, (_, n) => n)
    await db
      .insertInto('mail_events')
      .values(
        many.map((n) => ({
          id: `e${n}`,
          account_id: null,
          mail_id: null,
          event: 'open',
          happened_at: daysBefore(91),
          received_at: daysBefore(n === 7 ? 89 : 91),
        })),
      )
      .execute()
    const event = { type: 'charge.refunded', object_id: 'ch_1', received_at: daysBefore(100) }
    await db
      .insertInto('stripe_events')
      .values(['evt_old', 'evt_new', 'evt_owed'].map((id) => ({ ...event, id, next_try_at: CUT_OFF })))
      .execute()
    for (const [id, days] of [
      ['evt_old', 91],
      ['evt_new', 89],
    ] as const) {
      const set = { processed_at: daysBefore(days), outcome: 'applied', next_try_at: null }
      await db.updateTable('stripe_events').set(set).where('id', '=', id).execute()
    }
    await db
      .insertInto('fix_links')
      .values(
        [31, 29, -1].map((days) => ({
          token_sha256: Buffer.alloc(32, days + 1),
          account_id: 'acct_a',
          topup_id: null,
          created_at: daysBefore(days + 7),
          expires_at: daysBefore(days),
        })),
      )
      .execute()

    await work(runs)

    expect(await countOf(runs, 'mail_events')).toBe(1)
    const events = await db.selectFrom('stripe_events').select('id').orderBy('id').execute()
    expect(events.map(({ id }) => id)).toEqual(['evt_new', 'evt_owed'])
    expect(await countOf(runs, 'fix_links')).toBe(2)
    expect(await readRun(db, { kind: 'retention', date: '2026-03-01' })).toMatchObject({
      done: 4_099 + 1 + 1,
    })
    expect(await countOf(runs, 'outbox')).toBe(0)
  })

  it('deletes tokens and sessions that are long over, and answers that nobody asks for again', async () => {
    const runs = await setupRuns()
    const { db } = runs
    for (const days of [1, 3]) {
      const at = daysBefore(days)
      await db
        .insertInto('used_page_tokens')
        .values({ token_sha256: Buffer.alloc(32, days), used_at: at })
        .execute()
      const visitor = { account_id: 'acct_a', role: 'viewer', user_id: 'kim', user_name: 'Kim' } as const
      await db
        .insertInto('page_sessions')
        .values({ ...visitor, secret_sha256: Buffer.alloc(32, days), created_at: at, seen_at: at })
        .execute()
    }
    const requests = Array.from({ length: 2_100 }, (_, n) => ({
      account_id: 'acct_a',
      key: `a/b/${n}`,
      request_sha256: Buffer.alloc(32),
      started_at: daysBefore(n === 5 ? 6 : 8),
    }))
    await db.insertInto('repeatable_requests').values(requests).execute()

    await work(runs)

    expect(await countOf(runs, 'used_page_tokens')).toBe(1)
    expect(await countOf(runs, 'page_sessions')).toBe(1)
    const left = await db.selectFrom('repeatable_requests').select('key').execute()
    expect(left).toEqual([{ key: 'a/b/5' }])
  })
})
