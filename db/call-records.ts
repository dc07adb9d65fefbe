import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import type { UsageItem, UsageKind } from '../billing/usage-record.ts'
import { CALL_OF_USAGE } from './activity-blocks.ts'
import type { Db } from './connect.ts'

/** A usage record of a call: the call itself, a leg, or a Ring-Through attempt that served it. */
export interface CallRecord {
  readonly id: string
  readonly item: UsageItem
  readonly kind: UsageKind | null
  readonly from: string | null
  readonly to: string
  readonly occurredAt: Date
  readonly durationMs: number | null
  readonly billedSeconds: number | null
  readonly segments: number | null
  /** What it costs, zero or more. */
  readonly amount: Micros
  /** What priced it; null for what needs no rate. */
  readonly rateVersionId: number | null
  readonly rateRow: number | null
  readonly callId: string | null
  readonly tags: Readonly<Record<string, string>> | null
}

const RECORDS_MAX = 500

/**
 * The records that name a call, and the one whose id it is where that names no other, in the order of their time; the
 * first 500 of them. Free ones are there too.
 */
export async function readCallRecords(
  db: Db,
  { account, callId }: { account: string; callId: string },
): Promise<CallRecord[]> {
  const { rows } = await sql<Omit<CallRecord, 'amount'> & { amount: bigint }>`
    select u.id, u.item, u.kind, u.from_number as "from", u.to_number as "to", u.occurred_at as "occurredAt",
      u.duration_ms as "durationMs", u.billed_seconds as "billedSeconds", u.segments, u.amount_micros as amount,
      u.rate_version_id as "rateVersionId", u.rate_row as "rateRow", u.call_id as "callId", u.tags
    from (
      select * from usage_records
      where hashtextextended(account_id || '/' || call_id, 0) = hashtextextended(${account} || '/' || ${callId}, 0)
        and call_id is not null
      union all
      select * from usage_records where account_id = ${account} and id = ${callId} and call_id is null
    ) as u
    where u.account_id = ${account} and ${CALL_OF_USAGE} = ${callId}
    order by u.occurred_at, u.id limit ${RECORDS_MAX}`.execute(db)
  return rows.map((row) => ({ ...row, amount: micros(row.amount) }))
}
