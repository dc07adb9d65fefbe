import { onTestFinished } from 'vitest'
import type { Config } from '../../config/config.ts'
import { type JobQueue, openQueue } from '../../jobs/queues.ts'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from './payments.ts'
import { setupRunning } from './payments-accounts.ts'
import { type PaymentFaults, setupPaymentFaults } from './payments-faults.ts'
import { type Pipeline, setupPipeline } from './pipeline.ts'
import type { QueueBackend } from './queue-backends.ts'
import {
  environmentOf,
  FAST_LOCKS,
  spawnProcess,
  type WorkerOrder,
  type WorkerProcess,
} from './worker-process.ts'

const STOP_MS = 5_000

export interface PaymentWorkers {
  readonly payments: PaymentFaults
  readonly pipeline: Pipeline
  /** Starts a worker in a process of its own, which charges cards at the fake. */
  spawnWorker(halt?: WorkerOrder['halt']): WorkerProcess
  /** Starts a scheduler in this process. */
  startScheduler(): void
  /** Hands over so many triggers to recharge acct_a. */
  trigger(times?: number): Promise<void>
}

/** Payments that real workers make, in real time. */
export async function setupPaymentWorkers(backend: QueueBackend): Promise<PaymentWorkers> {
  const settingUp = setupRunning()
  const payments = await setupPaymentFaults({ settingUp })
  const pipeline = await setupPipeline(backend, settingUp)
  const { config } = pipeline
  const onError = (error: Error) => pipeline.logged.log.error({ err: error }, 'connection error')
  const queue: JobQueue = openQueue(config, { kind: 'recharge', name: 'recharge' }, onError)
  onTestFinished(() => queue.close())
  return {
    payments,
    pipeline,
    spawnWorker: (halt) => {
      const script = new URL('crashing-worker.ts', import.meta.url).pathname
      const order: WorkerOrder = { lockTiming: FAST_LOCKS, graceMs: STOP_MS, ...(halt ? { halt } : {}) }
      return spawnProcess([script, JSON.stringify(order)], withStripe(config, payments.stripe.url))
    },
    startScheduler: () => {
      const scheduler = startScheduler({ ...pipeline.deps, clock: payments.clock })
      onTestFinished(() => scheduler.stop(STOP_MS))
    },
    trigger: async (times = 1) => {
      const job = { name: 'recharge-account', data: { v: 1, account: 'acct_a' } }
      await queue.addBulk(Array.from({ length: times }, () => job))
    },
  }
}

function withStripe(config: Config, url: string): NodeJS.ProcessEnv {
  return {
    ...environmentOf(config),
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET,
    STRIPE_API_BASE: url,
  }
}
