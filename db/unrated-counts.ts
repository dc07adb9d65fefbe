import { sql } from 'kysely'
import type { Db } from './connect.ts'

export interface UnratedCount {
  readonly reason: string
  readonly records: number
  readonly accounts: number
  readonly oldestAt: Date
}

/** Usage that came in before an instant and still waits for a price, by the reason why. */
export async function countUnrated(db: Db, before: Date): Promise<UnratedCount[]> {
  const { rows } = await sql<UnratedCount>`
    select reason, count(*)::integer as records, count(distinct account_id)::integer as accounts,
      min(received_at) as "oldestAt"
    from unrated_usage where rated_at is null and received_at < ${before} group by reason order by reason`.execute(
    db,
  )
  return rows
}
