import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { systemNewId } from '../../config/clock.ts'
import { type Config, loadConfig } from '../../config/config.ts'
import { LOG_SERIALIZERS } from '../../config/log-serializers.ts'
import type { Log } from '../../config/logger.ts'
import type { CommitReport } from '../../jobs/commit-usage.ts'
import { type JobQueue, migrateQueues, openQueue } from '../../jobs/queues.ts'
import { createUsageProducer, type UsageProducer } from '../../jobs/usage-producer.ts'
import { type ProcessDeps, type RunningProcess, startWorker } from '../../workers/start-worker.ts'
import type { QueueBackend } from './queue-backends.ts'
import { type Setup, setup } from './setup.ts'
import { importFlatCard, openAccounts } from './usage.ts'

export interface Pipeline extends Setup {
  readonly config: Config
  readonly deps: ProcessDeps
  readonly producer: UsageProducer
  /** The queue of the first shard, for jobs that the producer client would not send. */
  readonly queue: JobQueue
  readonly logged: LogLines
  startWorker(): Promise<RunningProcess>
  /** Resolves when workers of this test have dealt with this many records since it began, in whatever way. */
  settled(records: number): Promise<void>
}

/** Two accounts, a flat rate card, a queue of its own and a producer; workers start when the test says so. */
export async function setupPipeline(
  backend: QueueBackend,
  settingUp: Promise<Setup> = setup(),
): Promise<Pipeline> {
  const base = await settingUp
  await openAccounts(base.db, base.clock, ['acct_a', 'acct_b'])
  await importFlatCard(base.db, base.clock)
  const config = await pipelineConfig(base, backend)
  const logged = new LogLines()
  const deps = { config, clock: base.clock, newId: systemNewId, log: logged.log }
  const onError = (error: Error) => logged.log.error({ err: error }, 'connection error')
  const producer = createUsageProducer(config, { onError })
  const queue = openQueue(config, { kind: 'usage', name: 'usage-0' }, onError)
  const counter = new Counter()
  const workers: RunningProcess[] = []
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.stop(5_000)))
    await producer.close()
    await queue.close()
  })
  return {
    ...base,
    config,
    deps,
    producer,
    queue,
    logged,
    settled: (records) => counter.reached(records),
    startWorker: async () => {
      const worker = await startWorker(deps, (report) => counter.add(recordsOf(report)))
      workers.push(worker)
      return worker
    },
  }
}

async function pipelineConfig({ database }: Setup, { redisUrl }: QueueBackend): Promise<Config> {
  const config = loadConfig({
    DATABASE_URL: redisUrl ? database.url : database.ownerUrl,
    QUEUE_PREFIX: `t${randomBytes(6).toString('hex')}`,
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  })
  if (!redisUrl) await migrateQueues(config)
  return config
}

function recordsOf({ charged, free, duplicates, refused }: CommitReport): number {
  return charged + free + duplicates + refused.length
}

class Counter {
  #count = 0
  #waiting: { count: number; resolve: () => void }[] = []

  add(count: number): void {
    this.#count += count
    for (const waiting of this.#waiting) if (this.#count >= waiting.count) waiting.resolve()
  }

  async reached(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ count, resolve })
    this.add(0)
    await promise
  }
}

/** What a process logged, and a way to wait for a line. */
export class LogLines {
  readonly lines: Record<string, unknown>[] = []
  #waiting: { message: string; resolve: (line: Record<string, unknown>) => void }[] = []

  readonly log: Log = pino(
    { level: 'debug', serializers: LOG_SERIALIZERS },
    { write: (text: string) => this.#take(JSON.parse(text)) },
  )

  /** The first line with this message, now or later. */
  async line(message: string): Promise<Record<string, unknown>> {
    const found = this.lines.find(({ msg }) => msg === message)
    if (found) return found
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>()
    this.#waiting.push({ message, resolve })
    return await promise
  }

  #take(line: Record<string, unknown>): void {
    this.lines.push(line)
    for (const { message, resolve } of this.#waiting) if (line['msg'] === message) resolve(line)
  }
}
