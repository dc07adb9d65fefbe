import { sql } from 'kysely'
import type { Db } from './connect.ts'

/** What waits for a person, in numbers. */
export interface OpsFigures {
  readonly openFindings: number
  readonly unknownTopups: number
  readonly unfinishedRuns: number
  readonly unrated: number
  readonly paymentsPaused: boolean
}

export async function readOpsFigures(db: Db): Promise<OpsFigures> {
  const { rows } = await sql<OpsFigures>`
    select
      (select count(*)::integer from findings where closed_at is null) as "openFindings",
      (select count(*)::integer from topups where settled_at is null and status = 'unknown') as "unknownTopups",
      (select count(*)::integer from runs where finished_at is null) as "unfinishedRuns",
      (select count(*)::integer from unrated_usage where rated_at is null) as unrated,
      (select coalesce(bool_or(paused_reason is not null), false) from payment_gate) as "paymentsPaused"`.execute(
    db,
  )
  const row = rows[0]
  if (!row) throw new Error('reading the figures of operations returned no row')
  return row
}
