import type { Log } from '../config/logger.ts'
import type { JobName, JobPayload, QueueName } from '../jobs/define-job.ts'
import { jobs } from '../jobs/index.ts'
import { type JobQueue, openQueue, type QueueSettings } from '../jobs/queues.ts'

/** Hands jobs to their queues. Nobody waits for it and it may fail: what is owed stands in Postgres, and is swept. */
export class JobWaker {
  readonly #settings: QueueSettings
  readonly #log: Log
  readonly #queues = new Map<QueueName, JobQueue>()
  readonly #running = new Set<Promise<void>>()

  constructor(settings: QueueSettings, log: Log) {
    this.#settings = settings
    this.#log = log
  }

  wake(name: JobName, payload: JobPayload): void {
    const job = jobs.find((one) => one.name === name)
    if (!job) throw new Error(`there is no job named ${name}`)
    const adding = this.#add(job.queue, name, payload)
    this.#running.add(adding)
    void adding.finally(() => this.#running.delete(adding))
  }

  async close(): Promise<void> {
    await Promise.all(this.#running)
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()))
  }

  async #add(queue: QueueName, name: JobName, payload: JobPayload): Promise<void> {
    try {
      await this.#queueOf(queue).add(name, payload)
    } catch (error) {
      this.#log.warn({ err: error, job: name }, 'job not woken; it is swept')
    }
  }

  #queueOf(name: QueueName): JobQueue {
    const known = this.#queues.get(name)
    if (known) return known
    const onError = (error: Error) => this.#log.error({ err: error }, 'connection error')
    const queue = openQueue(this.#settings, { kind: name, name }, onError)
    this.#queues.set(name, queue)
    return queue
  }
}
