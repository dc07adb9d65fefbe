import type { Selectable } from 'kysely'
import type { BusinessDate } from '../billing/business-date.ts'
import type { Db } from './connect.ts'
import type { RunKey } from './runs.ts'
import type { Database } from './schema.ts'

/** A run as an operator sees it. */
export interface ListedRun {
  readonly kind: string
  readonly date: BusinessDate
  readonly startedAt: Date
  readonly finishedAt: Date | null
  /** Until when its holder has it; in the past, it waits for another one. */
  readonly heldUntil: Date
  readonly done: number
  readonly refused: number
  readonly redone: number
}

/** The runs of the newest dates, the newest date first, of one kind or of all. */
export async function listRuns(
  db: Db,
  { kind, limit }: { kind: string | null; limit: number },
): Promise<ListedRun[]> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .$if(kind !== null, (query) => query.where('kind', '=', kind))
    .orderBy('business_date', 'desc')
    .orderBy('kind')
    .limit(limit)
    .execute()
  return rows.map(toListedRun)
}

/** Null when there is no such run. */
export async function readRun(db: Db, { kind, date }: RunKey): Promise<ListedRun | null> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('kind', '=', kind)
    .where('business_date', '=', date)
    .executeTakeFirst()
  return row ? toListedRun(row) : null
}

function toListedRun(row: Selectable<Database['runs']>): ListedRun {
  return {
    kind: row.kind,
    date: row.business_date,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    heldUntil: row.held_until,
    done: row.done,
    refused: row.refused,
    redone: row.redone,
  }
}
