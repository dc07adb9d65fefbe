import type { Log } from '../config/logger.ts'
import type { Db } from '../db/connect.ts'
import type { QueueWorker } from './create-worker.ts'
import type { JobQueues } from './job-queues.ts'

interface Closing {
  readonly workers: readonly QueueWorker[]
  /** What hands jobs to queues. */
  readonly sweepers: readonly { stop(): Promise<void> }[]
  readonly queues: JobQueues
  readonly db: Db
}

/**
 * Resolves when everything is closed, or when the grace time is over: what still runs then is cut off by the end of the
 * process, which is up to the caller, and the queue delivers it again.
 */
export async function closeInOrder(log: Log, closing: Closing, graceMs: number): Promise<void> {
  const isClosed = await within(graceMs, closeAll(closing))
  if (isClosed) log.info('stopped')
  else log.warn({ graceMs }, 'stopped with jobs still running: the queue delivers them again')
}

/** Workers first, then what hands out work, then the database: nothing is closed that something above still needs. */
async function closeAll({ workers, sweepers, queues, db }: Closing): Promise<void> {
  await Promise.all(workers.map((worker) => worker.close()))
  await Promise.all(sweepers.map((sweeper) => sweeper.stop()))
  await queues.close()
  await db.destroy()
}

async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), limitMs)
  const ended = await Promise.race([work.then(() => true), late.promise])
  clearTimeout(timer)
  return ended
}
