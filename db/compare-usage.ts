import { sql } from 'kysely'
import type { RatedUsage } from '../billing/rated-usage.ts'
import type { Db } from './connect.ts'
import { usageColumns } from './ledger.ts'
import type { Tx } from './transaction.ts'

export type StoredUsage = 'same' | 'different'

/**
 * Looks each usage record up among those that are stored: `same` when every field that counts for a duplicate agrees,
 * `different` when one does not, absent from the answer when nothing is stored under its id. Keys are positions in
 * `group`. Sees what was committed before the call and what its own transaction wrote.
 */
export async function compareUsage(
  db: Db | Tx,
  group: readonly RatedUsage[],
): Promise<Map<number, StoredUsage>> {
  if (group.length === 0) return new Map()
  const columns = usageColumns(group)
  // OFFSET 0 keeps the look-up a probe of the primary key a row, whatever the planner believes of the table's size.
  const { rows } = await sql<{ position: number; same: boolean }>`
    select (input.n - 1)::integer as position,
      (stored.item, stored.kind, stored.from_number, stored.to_number, stored.occurred_at, stored.duration_ms, stored.segments)
      is not distinct from
      (input.item, input.kind, input.from_number, input.to_number, to_timestamp(input.occurred_at_ms / 1000.0::float8),
        input.duration_ms, input.segments) as same
    from unnest(
      ${columns.accountId}::text[], ${columns.id}::text[], ${columns.item}::item[], ${columns.kind}::usage_kind[],
      ${columns.from}::text[], ${columns.to}::text[], ${columns.occurredAtMs}::bigint[],
      ${columns.durationMs}::integer[], ${columns.segments}::smallint[]
    ) with ordinality as input
      (account_id, id, item, kind, from_number, to_number, occurred_at_ms, duration_ms, segments, n)
    cross join lateral (
      select * from usage_records u where u.account_id = input.account_id and u.id = input.id offset 0
    ) as stored`.execute(db)
  return new Map(rows.map(({ position, same }) => [position, same ? 'same' : 'different']))
}
