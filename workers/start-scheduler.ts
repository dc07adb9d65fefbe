import { connect } from '../db/connect.ts'
import { checkClock } from '../jobs/check-clock.ts'
import { createProcessRegistry } from '../jobs/process-metrics.ts'
import { closeInOrder } from './close-in-order.ts'
import { Every } from './every.ts'
import { openJobQueues } from './job-queues.ts'
import { serveMetrics } from './metrics-server.ts'
import { OutboxRelay } from './outbox-relay.ts'
import type { ProcessDeps, RunningProcess } from './start-worker.ts'
import { sweepOwed } from './sweeper.ts'
import { wakeThrough } from './wake.ts'
import { wakeOwedRuns } from './wake-runs.ts'

const SWEEP_INTERVAL_MS = 5_000

/**
 * Starts the scheduler: it hands over whatever outbox jobs a worker missed, and whatever else Postgres says is due, nightly
 * runs among it. It keeps time by itself, so that losing the queue's content stops nothing, and any number of schedulers
 * may run.
 */
export function startScheduler({ config, log, clock, newId }: ProcessDeps): RunningProcess {
  const onError = (error: Error) => log.error({ err: error }, 'connection error')
  const db = connect({ url: config.databaseUrl, poolMax: config.databasePoolMax, onError })
  const queues = openJobQueues(config, onError)
  const relay = new OutboxRelay({ db, log, clock, queueOf: queues.of })
  relay.start(SWEEP_INTERVAL_MS)
  const wake = wakeThrough(queues, log)
  const sweep = async () => {
    await checkClock({ db, log, clock, newId })
    await sweepOwed({ db, log, clock, wake })
    await wakeOwedRuns({ db, log, clock, wake })
  }
  const sweeper = new Every(sweep, {
    intervalMs: SWEEP_INTERVAL_MS,
    onError: (error) => log.error({ err: error }, 'sweep failed; what is owed is swept again'),
  })
  const metrics = serveMetrics(config, createProcessRegistry(db), log).catch((error: unknown) => {
    log.error({ err: error }, 'metrics not served')
    return null
  })
  log.info('scheduler ready')
  return {
    stop: async (graceMs) => {
      await (await metrics)?.stop()
      await closeInOrder(log, { workers: [], sweepers: [relay, sweeper], queues, db }, graceMs)
    },
  }
}
