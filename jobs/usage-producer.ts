import { RECORDS_PER_JOB_MAX } from './charge-usage.ts'
import { type JobQueue, openQueue, type QueueSettings, queueNamesOf } from './queues.ts'
import { shardOf } from './shards.ts'
import type { Spool } from './spool.ts'

/** How long a record may wait for others to share its job. */
const BUFFER_MS_MAX = 3

export interface UsageProducer {
  /**
   * Sends one usage record (CONTRACTS: usage record), checked or not. Resolves once the queue has stored it; rejects
   * when the queue did not answer, and then the record may or may not have been stored: sending it again is safe.
   */
  add(record: unknown): Promise<void>
  /** Sends many at once, in full jobs. */
  addAll(records: readonly unknown[]): Promise<void>
  /** Sends what is buffered and lets go of the queue. */
  close(): Promise<void>
}

/**
 * A client of the usage queues. Records of one account go to one shard, in jobs of up to 1000; a record waits at most
 * 3 ms for company. With a spool, each flush is on disk before it is sent.
 */
export function createUsageProducer(
  settings: QueueSettings,
  options: { spool?: Spool; onError: (error: Error) => void },
): UsageProducer {
  const shards = queueNamesOf('usage', settings).map((name) => {
    const queue = openQueue(settings, { kind: 'usage', name }, options.onError)
    return new ShardBuffer(queue, options.spool ?? null)
  })
  const shardFor = (record: unknown): ShardBuffer => {
    const shard = shards[shardOf(accountOf(record), shards.length)]
    if (!shard) throw new RangeError('a usage producer needs at least one shard')
    return shard
  }
  return {
    add: (record) => shardFor(record).add(record),
    addAll: async (records) => {
      await Promise.all(new Set(records.map((record) => shardFor(record).add(record))))
    },
    close: async () => {
      await Promise.all(shards.map((shard) => shard.close()))
      await options.spool?.close()
    },
  }
}

/** Malformed records go somewhere too: the worker says what is wrong with them. */
function accountOf(record: unknown): string {
  const account = typeof record === 'object' && record !== null && 'account' in record ? record.account : null
  return typeof account === 'string' ? account : ''
}

class ShardBuffer {
  readonly #queue: JobQueue
  readonly #spool: Spool | null
  #records: unknown[] = []
  #flushed = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | null = null
  #sending = new Set<Promise<void>>()

  constructor(queue: JobQueue, spool: Spool | null) {
    this.#queue = queue
    this.#spool = spool
  }

  /** All records of one flush share one promise. */
  add(record: unknown): Promise<void> {
    this.#records.push(record)
    const { promise } = this.#flushed
    if (this.#records.length === RECORDS_PER_JOB_MAX) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), BUFFER_MS_MAX)
    return promise
  }

  async close(): Promise<void> {
    if (this.#records.length > 0) this.#flush()
    await Promise.allSettled(this.#sending)
    await this.#queue.close()
  }

  #flush(): void {
    const records = this.#records
    const flushed = this.#flushed
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#records = []
    this.#flushed = Promise.withResolvers<void>()
    const sending = this.#send(records).then(flushed.resolve, flushed.reject)
    this.#sending.add(sending)
    void sending.finally(() => this.#sending.delete(sending))
  }

  async #send(records: readonly unknown[]): Promise<void> {
    await this.#spool?.append(records)
    await this.#queue.add('charge-usage', { v: 1, records })
  }
}
