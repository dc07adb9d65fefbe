import type { Log } from '../config/logger.ts'
import { withDeadline } from '../jobs/deadline.ts'
import type { UsageProducer } from '../jobs/usage-producer.ts'
import { Problem } from './problem.ts'

/** Records that may wait for the queue at once; a queue that does not answer must not fill the memory. */
const WAITING_RECORDS_MAX = 50_000
/** Much longer than the queue takes when it is well. */
const ANSWER_TIMEOUT_MS = 10_000
const RETRY_AFTER_SECONDS = 5

/** Hands usage to the queue. */
export class UsageIngest {
  readonly #producer: UsageProducer
  readonly #log: Log
  #waiting = 0

  constructor(producer: UsageProducer, log: Log) {
    this.#producer = producer
    this.#log = log
  }

  /**
   * Resolves once the queue has stored all records. Throws a Problem with `Retry-After` when it has not; then some may be
   * stored, and sending all of them again is safe.
   */
  async store(records: readonly unknown[]): Promise<void> {
    if (this.#waiting > 0 && this.#waiting + records.length > WAITING_RECORDS_MAX) throw unavailable()
    try {
      await withDeadline(this.#send(records), { ms: ANSWER_TIMEOUT_MS, what: 'storing usage in the queue' })
    } catch (error) {
      this.#log.error({ err: error, records: records.length }, 'usage was not taken by the queue')
      throw unavailable()
    }
  }

  async close(): Promise<void> {
    await this.#producer.close()
  }

  /** Counts as waiting until the queue has answered, however late. */
  async #send(records: readonly unknown[]): Promise<void> {
    this.#waiting += records.length
    try {
      await this.#producer.addAll(records)
    } finally {
      this.#waiting -= records.length
    }
  }
}

function unavailable(): Problem {
  return new Problem('unavailable', {
    detail: 'the queue does not take usage at the moment; send the same records again, which is safe',
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  })
}
