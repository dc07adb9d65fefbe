import type { Clock } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import type { RateBook } from '../../jobs/rate-book.ts'
import { rateRecords } from '../../jobs/rate-records.ts'

/** The straightforward way: one transaction for one record, one statement for each thing it does. */
export async function chargeNaively(
  { db, rateBook, clock }: { db: Db; rateBook: RateBook; clock: Clock },
  raw: unknown,
): Promise<void> {
  const now = clock.now()
  const { rated } = await rateRecords([raw], rateBook, now)
  const usage = rated[0]
  if (!usage) throw new Error("the bench's own record has no price")
  const { record, charge } = usage
  const occurredAt = new Date(record.occurredAtMs)

  await db.transaction().execute(async (tx) => {
    const { numInsertedOrUpdatedRows: inserted } = await tx
      .insertInto('usage_records')
      .values({
        account_id: record.account,
        id: record.id,
        item: record.item,
        kind: record.kind,
        from_number: record.from,
        to_number: record.to,
        occurred_at: occurredAt,
        duration_ms: record.durationMs,
        billed_seconds: charge.billedSeconds,
        segments: record.segments,
        rate_version_id: charge.versionId,
        rate_row: charge.rateRow,
        amount_micros: charge.amount,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (inserted === 0n) return
    const account = await tx
      .selectFrom('accounts')
      .select(['balance_micros', 'entry_seq', 'last_posted_at'])
      .where('id', '=', record.account)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow()
    const seq = account.entry_seq + 1n
    const balance = account.balance_micros - charge.amount
    const postedAt = account.last_posted_at && account.last_posted_at > now ? account.last_posted_at : now
    await tx
      .insertInto('entries')
      .values({
        account_id: record.account,
        seq,
        item: record.item,
        contra: `revenue:${record.item}`,
        amount_micros: -charge.amount,
        balance_after_micros: balance,
        source: `usage/${record.id}`,
        occurred_at: occurredAt,
        posted_at: postedAt,
      })
      .execute()
    await tx
      .updateTable('accounts')
      .set({ balance_micros: balance, entry_seq: seq, last_posted_at: postedAt })
      .where('id', '=', record.account)
      .execute()
  })
}
