import { compareUsage } from '../db/compare-usage.ts'
import type { Db } from '../db/connect.ts'
import type { UsageBatch } from './rate-records.ts'
import { asConflict } from './refusals.ts'

/** Below this size comparing costs as much as it may save. */
const PROBED_RECORDS_MIN = 50

/**
 * A batch whose first record is stored already is most likely a replay, so it is compared as a whole and only what is
 * absent goes on to be posted: a look-up costs a third of an insert that meets its own conflict, and needs no lock. What
 * somebody else stores in the meantime is found when the rest is posted.
 */
export async function leaveOutReplay(db: Db, batch: UsageBatch): Promise<UsageBatch> {
  if (batch.rated.length < PROBED_RECORDS_MIN) return batch
  const probe = await compareUsage(db, batch.rated.slice(0, 1))
  if (probe.size === 0) return batch
  const compared = await compareUsage(db, batch.rated)
  const conflicts = batch.rated.filter((_, position) => compared.get(position) === 'different')
  return {
    rated: batch.rated.filter((_, position) => !compared.has(position)),
    refused: [...batch.refused, ...conflicts.map(asConflict)],
    duplicates: batch.duplicates + compared.size - conflicts.length,
  }
}
