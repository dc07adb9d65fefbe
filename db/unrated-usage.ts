import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** A usage record that could not be priced, as it came in. */
export interface UnratedUsage {
  /** Empty where the record names no account that could be one. */
  readonly account: string
  readonly recordId: string | null
  /** Code of the rule it broke: `invalid_record`, `no_rate`, `unknown_account`, `conflict`, … */
  readonly reason: string
  readonly message: string
  /** The record as JSON text. */
  readonly record: string
}

/** Where a record waits. */
export interface UnratedKey {
  readonly account: string
  readonly fingerprint: string
}

export interface WaitingUsage extends UnratedKey {
  readonly reason: string
  readonly message: string
  readonly record: unknown
}

/** Which of the records that wait; null takes all of them. */
export interface WaitingFilter {
  readonly account: string | null
  readonly reason: string | null
}

/**
 * Keeps records that could not be priced. The same record again changes nothing, whichever job brings it: the key is
 * a fingerprint of its content.
 */
export async function keepUnrated(tx: Tx, usage: readonly UnratedUsage[], now: Date): Promise<void> {
  if (usage.length === 0) return
  const column = (cell: (one: UnratedUsage) => string | null) => arrayLiteral(usage.map(cell))
  await sql`
    insert into unrated_usage (account_id, fingerprint, record_id, reason, message, record, received_at)
    select account_id, fingerprint, record_id, reason, message, record, ${now}::timestamptz
    from unnest(
      ${column((one) => one.account)}::text[], ${column((one) => fingerprintOf(one.record))}::text[],
      ${column((one) => one.recordId)}::text[], ${column((one) => one.reason)}::text[],
      ${column((one) => one.message)}::text[], ${column((one) => one.record)}::text[]
    ) as input (account_id, fingerprint, record_id, reason, message, record)
    order by account_id, fingerprint
    on conflict do nothing`.execute(tx)
}

/** A page of records that wait to be rated again, in key order after `after`. */
export async function listWaitingUsage(
  db: Db,
  { account, reason }: WaitingFilter,
  page: { after: UnratedKey | null; limit: number },
): Promise<WaitingUsage[]> {
  const after = page.after ?? { account: '', fingerprint: '' }
  const rows = await db
    .selectFrom('unrated_usage')
    .select(['account_id', 'fingerprint', 'reason', 'message', 'record'])
    .where('rated_at', 'is', null)
    .where(sql<boolean>`(account_id, fingerprint) > (${after.account}, ${after.fingerprint})`)
    .$if(account !== null, (query) => query.where('account_id', '=', account))
    .$if(reason !== null, (query) => query.where('reason', '=', reason))
    .orderBy('account_id')
    .orderBy('fingerprint')
    .limit(page.limit)
    .execute()
  return rows.map(({ account_id, record, ...row }) => ({
    ...row,
    account: account_id,
    record: JSON.parse(record),
  }))
}

/** Marks waiting records as rated. */
export async function markRated(db: Db, keys: readonly UnratedKey[], now: Date): Promise<void> {
  await sql`
    update unrated_usage set rated_at = ${now}
    from unnest(${arrayLiteral(keys.map((key) => key.account))}::text[],
      ${arrayLiteral(keys.map((key) => key.fingerprint))}::text[]) as rated (account_id, fingerprint)
    where unrated_usage.account_id = rated.account_id and unrated_usage.fingerprint = rated.fingerprint`.execute(
    db,
  )
}

/** Notes why waiting records were refused again, where that is another reason than before. */
export async function noteRefusals(
  db: Db,
  refusals: readonly (UnratedKey & { reason: string; message: string })[],
): Promise<void> {
  const column = (cell: (refusal: (typeof refusals)[number]) => string) => arrayLiteral(refusals.map(cell))
  await sql`
    update unrated_usage set reason = refused.reason, message = refused.message
    from unnest(
      ${column((one) => one.account)}::text[], ${column((one) => one.fingerprint)}::text[],
      ${column((one) => one.reason)}::text[], ${column((one) => one.message)}::text[]
    ) as refused (account_id, fingerprint, reason, message)
    where unrated_usage.account_id = refused.account_id and unrated_usage.fingerprint = refused.fingerprint
      and (unrated_usage.reason, unrated_usage.message) <> (refused.reason, refused.message)`.execute(db)
}

function fingerprintOf(record: string): string {
  return createHash('sha256').update(record).digest('base64url')
}
