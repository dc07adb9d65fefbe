import { connect } from '../db/connect.ts'
import { closeInOrder } from './close-in-order.ts'
import { Every } from './every.ts'
import { openJobQueues } from './job-queues.ts'
import { OutboxRelay } from './outbox-relay.ts'
import type { ProcessDeps, RunningProcess } from './start-worker.ts'
import { sweepOwed } from './sweeper.ts'
import { wakeThrough } from './wake.ts'

const SWEEP_INTERVAL_MS = 5_000

/**
 * Starts the scheduler: it hands over whatever outbox jobs a worker missed, and whatever else Postgres says is due. It keeps
 * time by itself, so that losing
 * the queue's content stops nothing, and any number of schedulers may run.
 */
export function startScheduler({ config, log, clock }: ProcessDeps): RunningProcess {
  const onError = (error: Error) => log.error({ err: error }, 'connection error')
  const db = connect({ url: config.databaseUrl, poolMax: config.databasePoolMax, onError })
  const queues = openJobQueues(config, onError)
  const relay = new OutboxRelay({ db, log, clock, queueOf: queues.of })
  relay.start(SWEEP_INTERVAL_MS)
  const wake = wakeThrough(queues, log)
  const sweeper = new Every(() => sweepOwed({ db, log, clock, wake }), {
    intervalMs: SWEEP_INTERVAL_MS,
    onError: (error) => log.error({ err: error }, 'sweep failed; what is owed is swept again'),
  })
  log.info('scheduler ready')
  return {
    stop: (graceMs) => closeInOrder(log, { workers: [], sweepers: [relay, sweeper], queues, db }, graceMs),
  }
}
