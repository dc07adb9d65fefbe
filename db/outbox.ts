import { sql } from 'kysely'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** Follow-up work, written in the transaction that needs it. */
export interface OutboxJob {
  readonly id: string
  readonly account: string
  /** Name of the job to run. */
  readonly job: string
  readonly payload: unknown
}

export interface OwedJob extends OutboxJob {
  /** How often it has been handed to the queue, this time included. */
  readonly handOvers: number
}

/** Writes follow-up work; it becomes visible to the relay when the transaction commits, or never. */
export async function enqueue(tx: Tx, jobs: readonly OutboxJob[], now: Date): Promise<void> {
  if (jobs.length === 0) return
  await tx
    .insertInto('outbox')
    .values(
      jobs.map(({ id, account, job, payload }) => ({
        id,
        account_id: account,
        job,
        payload: JSON.stringify(payload),
        created_at: now,
      })),
    )
    .execute()
}

/**
 * Claims jobs that are owed: never handed to the queue, or handed over before `handedBefore` and still not done,
 * because the queue may have lost them. Several relays share the work without waiting for each other. A relay that
 * dies after the claim delays its jobs until the next sweep.
 */
export async function claimOwedJobs(
  db: Db,
  claim: { now: Date; handedBefore: Date; limit: number },
): Promise<OwedJob[]> {
  const { rows } = await sql<{
    account_id: string
    id: string
    job: string
    payload: unknown
    hand_overs: number
  }>`
    with owed as (
      select account_id, id from outbox
      where done_at is null and (handed_at is null or handed_at < ${claim.handedBefore})
      order by created_at limit ${claim.limit} for update skip locked
    )
    update outbox set handed_at = ${claim.now}, hand_overs = hand_overs + 1
    from owed where outbox.account_id = owed.account_id and outbox.id = owed.id
    returning outbox.account_id, outbox.id, job, payload, hand_overs`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    account: row.account_id,
    job: row.job,
    payload: row.payload,
    handOvers: row.hand_overs,
  }))
}

/** Marks a job as done; false when it was already, so that its work is not to be done again. */
export async function completeOutboxJob(
  tx: Tx,
  key: { account: string; id: string },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('outbox')
    .set({ done_at: now })
    .where('account_id', '=', key.account)
    .where('id', '=', key.id)
    .where('done_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** When the oldest job that is still owed was written; null when nothing is owed. */
export async function oldestOwedAt(db: Db): Promise<Date | null> {
  const row = await db
    .selectFrom('outbox')
    .select('created_at')
    .where('done_at', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return row?.created_at ?? null
}
