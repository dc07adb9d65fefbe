import { type CommitDeps, type CommitReport, commitGroup } from './commit-usage.ts'
import { leaveOutReplay } from './leave-out-replay.ts'
import type { RateBook } from './rate-book.ts'
import { rateRecords } from './rate-records.ts'

/**
 * Rates and charges records at once, without the queue: what an import and a re-rating do. Promises the same as the
 * charge-usage job: running twice charges nothing more, dying half-way leaves all of these records or none.
 */
export async function chargeRecords(
  deps: CommitDeps & { readonly rateBook: RateBook },
  raws: readonly unknown[],
): Promise<CommitReport> {
  const batch = await rateRecords(raws, deps.rateBook, deps.clock.now())
  return await commitGroup(deps, [await leaveOutReplay(deps.db, batch)])
}
