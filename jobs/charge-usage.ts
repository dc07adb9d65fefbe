import { z } from 'zod'
import { recordIdentity } from '../billing/parse-usage-record.ts'
import { inTransaction } from '../db/transaction.ts'
import { keepUnrated, type UnratedUsage } from '../db/unrated-usage.ts'
import { defineJob, type ParkReason } from './define-job.ts'
import { leaveOutReplay } from './leave-out-replay.ts'
import { rateRecords } from './rate-records.ts'

export const RECORDS_PER_JOB_MAX = 1_000

/**
 * Rates a batch of usage records and charges their accounts. Delivered at least once, charged at most once: Postgres
 * refuses a second record with the same id, so running twice changes nothing. Dying half-way leaves either nothing or
 * the whole group committed; the queue delivers the job again. A record that cannot be priced is kept as unrated and
 * never holds up the rest.
 */
export const chargeUsage = defineJob({
  name: 'charge-usage',
  queue: 'usage',
  attempts: 'until-done',
  timeoutMs: 60_000,
  payload: z.object({ v: z.literal(1), records: z.array(z.unknown()).min(1).max(RECORDS_PER_JOB_MAX) }),

  async run({ records }, { db, rateBook, clock, rateInTurn, commitUsage }) {
    const batch = await rateInTurn(records.length, async () =>
      leaveOutReplay(db, await rateRecords(records, rateBook, clock.now())),
    )
    await commitUsage(batch)
  },

  async park(payload, reason, { db, clock }) {
    const records = recordsOf(payload)
    await inTransaction(db, (tx) =>
      keepUnrated(
        tx,
        records.map((record) => toUnrated(record, reason)),
        clock.now(),
      ),
    )
  },
})

/** The records of a payload that broke the contract, or the payload itself where it has none. */
function recordsOf(payload: unknown): readonly unknown[] {
  const records =
    typeof payload === 'object' && payload !== null && 'records' in payload ? payload.records : null
  return Array.isArray(records) && records.length > 0 ? records : [payload]
}

function toUnrated(raw: unknown, reason: ParkReason): UnratedUsage {
  const { account, id } = recordIdentity(raw)
  return {
    account: account ?? '',
    recordId: id,
    reason: reason.code,
    message: reason.message,
    record: JSON.stringify(raw) ?? 'null',
  }
}
