import { systemNewId } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import { noteFinding } from '../../db/findings.ts'
import { listRuns } from '../../db/run-list.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Run, RunContext, RunDefinition } from '../../jobs/nightly-run.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { LogLines } from './pipeline.ts'
import { type Setup, setup } from './setup.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export interface Runs extends Setup {
  readonly context: RunContext
  readonly logged: LogLines
}

/** What runs work with, without queues and without Stripe. */
export async function setupRuns(settingUp: Promise<Setup> = setup()): Promise<Runs> {
  const base = await settingUp
  const logged = new LogLines()
  return { ...base, logged, context: runContext(base, logged) }
}

export function runContext({ db, clock }: Pick<Setup, 'db' | 'clock'>, logged = new LogLines()): RunContext {
  return {
    db,
    clock,
    log: logged.log,
    newId: systemNewId,
    rateBook: createRateBook(db),
    stripe: null,
    publicUrl: 'http://localhost',
    wake: () => Promise.resolve(),
  }
}

const ITEMS = 10
const ITEMS_PER_PAGE = 2

/** A kind of run that works ten items of each date in pages of two, and can be made to fail or to wait before a page. */
export function itemsRun(before: (run: Run, item: number) => unknown = () => undefined): RunDefinition {
  return {
    kind: 'items',
    work: async ({ db, clock, newId }, run) => {
      for (let item = Number(run.position ?? 0); item < ITEMS; item += ITEMS_PER_PAGE) {
        await before(run, item)
        await inTransaction(db, async (tx) => {
          let done = 0
          for (const one of [item, item + 1]) {
            const finding = { kind: 'item', subject: `${run.date}/${one}`, account: null, evidence: {} }
            const noted = { id: newId(), now: clock.now() }
            if (await noteFinding(tx, { ...finding, severity: 'info' }, noted)) done += 1
          }
          await run.save(tx, { position: String(item + ITEMS_PER_PAGE), done, refused: 0 })
        })
      }
    },
  }
}

/** The items that were worked, as `date/item`, in order. */
export async function workedItems(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('findings').select('subject').where('kind', '=', 'item').execute()
  return rows.map(({ subject }) => subject).sort()
}

/** The dates that have a run, the oldest first, and whether it is finished. */
export async function datesOf(db: Db, kind = 'items'): Promise<string[]> {
  const rows = await listRuns(db, { kind, limit: 1_000 })
  return rows.map(({ date, finishedAt }) => (finishedAt ? date : `${date} open`)).reverse()
}
