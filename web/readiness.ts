import type { Db } from '../db/connect.ts'
import { oldestOwedAt } from '../db/outbox.ts'
import { entriesAreProtectedByPrivilege } from '../db/roles.ts'
import { readSchemaState } from '../db/schema-state.ts'
import { withDeadline } from '../jobs/deadline.ts'
import type { QueueMonitor } from '../jobs/queue-monitor.ts'
import type { WebContext } from './route.ts'

export interface Readiness {
  /** Why this process should get no traffic; empty when it should. */
  readonly faults: readonly string[]
  /** What an operator should know and traffic need not mind. */
  readonly notes: readonly string[]
}

const OWED_AGE_MAX_MS = 5 * 60_000
const TRIGGER_STANDS_ALONE =
  'entries are protected by their trigger alone: this login has the right to change them'
const CHECK_TIMEOUT_MS = 2_000

/** Looks at everything this process needs. Answers within seconds, whatever hangs. */
export async function checkReadiness({ db, queues, log, clock }: WebContext): Promise<Readiness> {
  const checks: Readonly<Record<string, Promise<Readiness>>> = {
    database: checkDatabase(db, clock.now()),
    queue: checkQueue(queues),
  }
  const results = await Promise.all(
    Object.entries(checks).map(async ([part, check]) => {
      try {
        return await withDeadline(check, { ms: CHECK_TIMEOUT_MS, what: `the check of the ${part}` })
      } catch (error) {
        log.warn({ err: error, part }, 'readiness check failed')
        return { faults: [`the ${part} cannot be reached or used`], notes: [] }
      }
    }),
  )
  return {
    faults: results.flatMap(({ faults }) => faults),
    notes: results.flatMap(({ notes }) => notes),
  }
}

async function checkDatabase(db: Db, now: Date): Promise<Readiness> {
  const { missing, unknown } = await readSchemaState(db)
  if (missing.length > 0) return { faults: [`migrations are missing: ${missing.join(', ')}`], notes: [] }
  const oldest = await oldestOwedAt(db)
  const isLate = oldest !== null && now.getTime() - oldest.getTime() > OWED_AGE_MAX_MS
  return {
    faults: isLate
      ? ['follow-up work has waited for more than 5 minutes: no worker or scheduler does it']
      : [],
    notes: [
      // A deploy migrates first: processes of the build before it go on meanwhile.
      ...unknown.map((name) => `the schema has ${name}, which is newer than this build`),
      ...((await entriesAreProtectedByPrivilege(db)) ? [] : [TRIGGER_STANDS_ALONE]),
    ],
  }
}

async function checkQueue(queues: QueueMonitor): Promise<Readiness> {
  await queues.depths()
  const memory = await queues.redisMemory()
  const isSafe = memory === null || memory.evictionPolicy === 'noeviction'
  return {
    faults: isSafe
      ? []
      : [`Redis evicts jobs: its maxmemory-policy is ${memory.evictionPolicy}, not noeviction`],
    notes: [],
  }
}
