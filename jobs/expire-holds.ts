import { expireHolds as expirePage } from '../db/expire-holds.ts'
import { wakeServiceStates } from '../db/service-wakes.ts'
import { inTransaction } from '../db/transaction.ts'
import type { JobContext } from './define-job.ts'

const PAGE = 500

/**
 * Frees what is held by holds that nobody kept; a usage record of theirs that comes later is charged all the same. Any number
 * of schedulers may do it at once: each hold ends once. Dying half-way leaves the rest to the next sweep. Answers with how
 * many have expired.
 */
export async function expireHolds({
  db,
  clock,
  log,
}: Pick<JobContext, 'db' | 'clock' | 'log'>): Promise<number> {
  let sum = 0
  for (let last = PAGE; last > 0; ) {
    last = await inTransaction(db, async (tx) => {
      const now = clock.now()
      const { expired, crossed } = await expirePage(tx, { now, limit: PAGE })
      await wakeServiceStates(tx, crossed, now)
      return expired
    })
    sum += last
  }
  if (sum > 0) log.info({ holds: sum }, 'holds expired')
  return sum
}
