import { sql } from 'kysely'
import type { Db } from './connect.ts'

export interface PipelineFigures {
  /** Entries ever posted. */
  readonly entries: number
  /** Usage records that wait to be rated, by the reason why they are not. */
  readonly unratedByReason: ReadonlyMap<string, number>
  /** Follow-up jobs that are not done. */
  readonly owed: number
  readonly oldestOwedAt: Date | null
}

/**
 * The state of the pipeline, for metrics. Reads the accounts' counters and what waits, never the ledger itself.
 */
export async function readPipelineFigures(db: Db): Promise<PipelineFigures> {
  const { rows } = await sql<{
    entries: bigint
    unrated: Record<string, number>
    owed: number
    oldest_owed_at: Date | null
  }>`
    select
      (select coalesce(sum(entry_seq), 0)::bigint from accounts) as entries,
      (select coalesce(jsonb_object_agg(reason, records), '{}') from (
        select reason, count(*) as records from unrated_usage where rated_at is null group by reason
      ) as waiting) as unrated,
      (select count(*)::integer from outbox where done_at is null) as owed,
      (select min(created_at) from outbox where done_at is null) as oldest_owed_at`.execute(db)
  const row = rows[0]
  if (!row) throw new Error('reading the pipeline figures returned no row')
  return {
    entries: Number(row.entries),
    unratedByReason: new Map(Object.entries(row.unrated)),
    owed: row.owed,
    oldestOwedAt: row.oldest_owed_at,
  }
}
