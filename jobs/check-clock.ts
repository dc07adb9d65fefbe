import { hostname } from 'node:os'
import { readDatabaseClock } from '../db/database-clock.ts'
import { closeFinding } from '../db/findings.ts'
import type { JobContext } from './define-job.ts'
import { raiseFinding } from './raise-finding.ts'

const SKEW_MAX_MS = 5_000

type ClockContext = Pick<JobContext, 'db' | 'clock' | 'newId' | 'log'>

/**
 * Compares the clock of this machine, by which everything is due, with the database's. More than five seconds between
 * them is a finding, which closes when they agree again.
 */
export async function checkClock(context: ClockContext): Promise<void> {
  const { db, clock } = context
  const before = clock.now().getTime()
  const database = await readDatabaseClock(db)
  const now = clock.now()
  // The database answered somewhere between the two looks at the clock.
  const skewMs = Math.max(before - database.getTime(), database.getTime() - now.getTime(), 0)
  const finding = { kind: 'clock_skew', subject: hostname() }
  if (skewMs <= SKEW_MAX_MS) {
    await closeFinding(db, finding, now)
    return
  }
  const evidence = { skewMs, clock: now.toISOString(), database: database.toISOString() }
  await raiseFinding(context, { ...finding, severity: 'critical', evidence, account: null })
}
