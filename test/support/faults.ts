import { expect, onTestFinished, vi } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { systemClock } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import type { Db } from '../../db/connect.ts'
import { adjust } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { type JobQueue, openQueue, queueNamesOf } from '../../jobs/queues.ts'
import type { UsageProducer } from '../../jobs/usage-producer.ts'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { type ProcessDeps, type RunningProcess, startWorker } from '../../workers/start-worker.ts'
import { callRecord } from './usage.ts'
import { FAST_LOCKS } from './worker-process.ts'

const CALLS_PER_JOB = 20
const STOP_MS = 5_000
/** Time to notice a death, to deliver again and to charge, on a machine that is busy with other tests. */
const RECOVERY = { timeout: 25_000, interval: 50 }

/** What a test of faults needs of a pipeline. */
export interface Faulty {
  readonly db: Db
  readonly config: Config
  readonly deps: ProcessDeps
}

/** Calls that cost 0.63 USD each. */
export function someCalls(count: number, { prefix = 'call', account = 'acct_a' } = {}) {
  return Array.from({ length: count }, (_, n) => callRecord({ id: `${prefix}-${n}`, account }))
}

/** A worker in this process that soon takes over what another one left; it goes by the clock of its queue. */
export async function startRecoveringWorker({ deps }: Pick<Faulty, 'deps'>): Promise<RunningProcess> {
  const worker = await startWorker({ ...deps, clock: systemClock, lockTiming: FAST_LOCKS })
  onTestFinished(() => worker.stop(STOP_MS))
  return worker
}

export function startSweeping({ deps }: Pick<Faulty, 'deps'>): void {
  const scheduler = startScheduler({ ...deps, clock: systemClock })
  onTestFinished(() => scheduler.stop(STOP_MS))
}

/** Credit that leaves an account just above its recharge threshold. */
export async function creditJustEnough(db: Db, account = 'acct_a'): Promise<void> {
  const credit = { account, id: 'credit', amount: parseUsd('10.5'), reason: 'credit', postedBy: 'test' }
  await inTransaction(db, (tx) => adjust(tx, credit, systemClock.now()))
}

/** Sends calls in small jobs and each of them again until the queue has stored it, as a careful producer does. */
export async function sendUntilStored(producer: UsageProducer, calls: readonly unknown[]): Promise<void> {
  for (let sent = 0; sent < calls.length; sent += CALLS_PER_JOB) {
    const job = calls.slice(sent, sent + CALLS_PER_JOB)
    await vi.waitFor(() => producer.addAll(job), RECOVERY)
  }
}

/** Resolves when no usage is waiting or worked on in any queue. */
export async function queuesAreEmpty({ config }: Pick<Faulty, 'config'>): Promise<void> {
  const onError = () => undefined // it is asked again
  const queues = queueNamesOf('usage', config).map((name) =>
    openQueue(config, { kind: 'usage', name }, onError),
  )
  try {
    await expect.poll(() => countOpenJobs(queues), RECOVERY).toBe(0)
  } finally {
    await Promise.all(queues.map((queue) => queue.close()))
  }
}

/** Waits until the queues are empty and shows that these calls, and no others, are charged, once each. */
export async function expectChargedOnce(
  { db, config }: Pick<Faulty, 'db' | 'config'>,
  calls: readonly { readonly account: string; readonly id: string }[],
): Promise<void> {
  await queuesAreEmpty({ config })
  const sent = new Set(calls.map(({ account, id }) => `${account} ${id} 630000`))
  const rows = await db.selectFrom('usage_records').select(['account_id', 'id', 'amount_micros']).execute()
  const charged = new Set(rows.map((row) => `${row.account_id} ${row.id} ${row.amount_micros}`))
  expect([...sent.difference(charged)], 'calls that were sent and not charged').toEqual([])
  expect([...charged.difference(sent)], 'calls that were charged and never sent').toEqual([])
  expect(await db.selectFrom('unrated_usage').selectAll().execute()).toEqual([])
}

async function countOpenJobs(queues: readonly JobQueue[]): Promise<number> {
  const counts = await Promise.all(queues.map((queue) => queue.getJobCounts('wait', 'active', 'delayed')))
  return counts.flatMap((states) => Object.values(states)).reduce((total, count) => total + count, 0)
}
