import { systemClock, systemNewId } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import { createLog } from '../../config/logger.ts'
import { connect } from '../../db/connect.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { usageQueueName } from '../../jobs/shards.ts'
import { createWorker } from '../../workers/create-worker.ts'
import { type RunningProcess, startWorker } from '../../workers/start-worker.ts'
import { chargeNaively } from './charge-naively.ts'

/** What a worker process does with usage jobs. */
export type Handler = 'no-op' | 'naive' | 'usage'

type Start = (config: Config, onDone: (records: number) => void) => Promise<RunningProcess>

const log = createLog({ level: 'warn', process: 'bench-worker' })
const onError = (error: Error) => log.error({ err: error }, 'connection error')

/** Starts a handler on the shards of `config`; `onDone` is told how many records are done, after their commit. */
export function startHandler(handler: Handler, ...args: Parameters<Start>): Promise<RunningProcess> {
  return STARTS[handler](...args)
}

const STARTS: Readonly<Record<Handler, Start>> = {
  usage: (config, onDone) =>
    startWorker({ config, log, clock: systemClock, newId: systemNewId }, (report) =>
      onDone(report.charged + report.free + report.duplicates + report.refused.length),
    ),

  'no-op': (config, onDone) =>
    startQueues(config, () => {
      onDone(1)
      return Promise.resolve()
    }),

  naive: async (config, onDone) => {
    const db = connect({ url: config.databaseUrl, poolMax: config.databasePoolMax, onError })
    const deps = { db, rateBook: createRateBook(db), clock: systemClock }
    const queues = await startQueues(config, async (record) => {
      await chargeNaively(deps, record)
      onDone(1)
    })
    return {
      stop: async (graceMs) => {
        await queues.stop(graceMs)
        await db.destroy()
      },
    }
  },
}

/** The product's own queue options, so that only the work differs. */
async function startQueues(
  config: Config,
  work: (record: unknown) => Promise<void>,
): Promise<RunningProcess> {
  const workers = config.workerShards.map((shard) => {
    const queue = { kind: 'usage' as const, name: usageQueueName(shard) }
    return createWorker(config, queue, { process: (job) => work(job.data.records[0]), onError })
  })
  for (const worker of workers) worker.run().catch(onError)
  await Promise.all(workers.map((worker) => worker.waitUntilReady()))
  return {
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}
