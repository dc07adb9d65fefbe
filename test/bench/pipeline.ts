import { setImmediate as immediate } from 'node:timers/promises'
import type { Config } from '../../config/config.ts'
import { openQueue, queueNamesOf } from '../../jobs/queues.ts'
import { shardOf } from '../../jobs/shards.ts'
import { createUsageProducer } from '../../jobs/usage-producer.ts'
import type { Handler } from './handlers.ts'
import type { Ledger } from './ledgers.ts'
import type { Span } from './measure.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { Rig } from './rig.ts'
import type { UsageRow } from './usage-rows.ts'
import type { Mark } from './worker-process.ts'

export interface PipelineOptions {
  readonly handler: Handler
  /** The shards of each worker process. */
  readonly workers: readonly (readonly number[])[]
  readonly jobs: 'one record' | 'full'
}

/** A producer here and workers in their processes, at work on one ledger. */
export interface Pipeline {
  /** Sends the rows, as fast as the queue takes them unless `send` does it, and waits until all are done. */
  run(rows: readonly UsageRow[], send?: (to: Sender) => Promise<void>): Promise<Span>
  /** When the rows of the last run were done, in order for each worker. */
  marks(): Promise<readonly Mark[]>
  stop(): Promise<void>
}

/** How rows get into the queue. */
interface Sender {
  add(row: UsageRow): Promise<void>
  addAll(rows: readonly UsageRow[]): Promise<void>
  close(): Promise<void>
}

export async function startPipeline(rig: Rig, ledger: Ledger, options: PipelineOptions): Promise<Pipeline> {
  const shards = options.workers.flat().length
  const staff = options.workers.map((own, index) => {
    const handle = rig.workers[index]
    if (!handle) throw new RangeError('there are not that many worker processes')
    return { handle, own }
  })
  await Promise.all(
    staff.map(({ handle, own }) =>
      handle.call('start', {
        handler: options.handler,
        config: ledger.config({ usage: shards, worker: own }),
      }),
    ),
  )
  const config = ledger.config({ usage: shards, worker: [] })
  const sender = options.jobs === 'full' ? openProducer(config) : openQueues(config)

  return {
    run: async (rows, send = (to) => to.addAll(rows)) => {
      await Promise.all(
        staff.map(({ handle, own }) => handle.call('expect', { records: countOf(rows, own, shards) })),
      )
      const finished = staff.map(({ handle }) => handle.call('finish', null))
      const startedAtMs = monotonicMs()
      await send(sender)
      const ends = await Promise.all(finished)
      return { startedAtMs, endedAtMs: Math.max(...ends.map(({ atMs }) => atMs)) }
    },
    marks: async () => (await Promise.all(staff.map(({ handle }) => handle.call('marks', null)))).flat(),
    stop: async () => {
      await sender.close()
      await Promise.all(staff.map(({ handle }) => handle.call('stop', null)))
    },
  }
}

function countOf(rows: readonly UsageRow[], own: readonly number[], shards: number): number {
  return rows.filter(({ account }) => own.includes(shardOf(account, shards))).length
}

const ROWS_AT_ONCE = 1_000

/** The producer client, fed as a stream: what is buffered leaves while the next rows come. */
function openProducer(config: Config): Sender {
  const producer = createUsageProducer(config, { onError })
  return {
    ...producer,
    addAll: async (rows) => {
      const sent: Promise<void>[] = []
      for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
        sent.push(producer.addAll(rows.slice(first, first + ROWS_AT_ONCE)))
        await immediate()
      }
      await Promise.all(sent)
    },
  }
}

/** Jobs that are added together go to the queue in one round trip. */
const JOBS_PER_ADD = 200

/** One record a job, which the producer client avoids. */
function openQueues(config: Config): Sender {
  const queues = queueNamesOf('usage', config).map((name) =>
    openQueue(config, { kind: 'usage', name }, onError),
  )
  const jobOf = (row: UsageRow) => ({ name: 'charge-usage', data: { v: 1, records: [row] } })
  return {
    add: async (row) => {
      const job = jobOf(row)
      await queues[shardOf(row.account, queues.length)]?.add(job.name, job.data)
    },
    addAll: async (rows) => {
      await Promise.all(
        queues.map(async (queue, shard) => {
          const jobs = rows.filter(({ account }) => shardOf(account, queues.length) === shard).map(jobOf)
          for (let first = 0; first < jobs.length; first += JOBS_PER_ADD) {
            await queue.addBulk(jobs.slice(first, first + JOBS_PER_ADD))
          }
        }),
      )
    },
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()))
    },
  }
}

function onError(error: Error): void {
  process.stderr.write(`queue error: ${error.message}\n`)
}
