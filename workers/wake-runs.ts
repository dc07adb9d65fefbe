import { claimRunWakes } from '../db/run-wakes.ts'
import { runs } from '../jobs/runs.ts'
import type { SweeperDeps } from './sweeper.ts'

/** Wakes every kind of nightly run that owes a date, or whose run was left by its holder. Which dates, Postgres knows. */
export async function wakeOwedRuns({ db, log, clock, wake }: SweeperDeps): Promise<void> {
  const kinds = await claimRunWakes(db, { kinds: runs.map(({ kind }) => kind), now: clock.now() })
  for (const kind of kinds) await wake('run-nightly', { v: 1, kind })
  if (kinds.length > 0) log.info({ kinds }, 'nightly runs woken')
}
