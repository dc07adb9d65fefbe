import type { Clock, NewId } from '../config/clock.ts'
import type { Db } from '../db/connect.ts'
import { type RunKey, releaseRun, reopenRun } from '../db/runs.ts'

/**
 * Opens a finished run again and leaves it to the next worker that is woken for its kind. False when it is not finished,
 * or another run of its kind is not. Dying half-way leaves it to be taken over when the lease is over.
 */
export async function handRunToWorkers(
  { db, clock, newId }: { db: Db; clock: Clock; newId: NewId },
  key: RunKey,
): Promise<boolean> {
  const run = await reopenRun(db, { ...key, holder: newId(), now: clock.now() })
  if (!run) return false
  await releaseRun(db, run, clock.now())
  return true
}
