import type { QueueName } from '../jobs/define-job.ts'
import { jobs } from '../jobs/index.ts'
import { type JobQueue, openQueue, type QueueSettings } from '../jobs/queues.ts'

export interface JobQueues {
  of(name: QueueName): JobQueue
  close(): Promise<void>
}

/** Opens the queues to which the outbox hands its jobs: all but usage, which has producers of its own. */
export function openJobQueues(settings: QueueSettings, onError: (error: Error) => void): JobQueues {
  const names = new Set(jobs.map((job) => job.queue).filter((name) => name !== 'usage'))
  const queues = new Map([...names].map((name) => [name, openQueue(settings, { kind: name, name }, onError)]))
  return {
    of: (name) => {
      const queue = queues.get(name as Exclude<QueueName, 'usage'>)
      if (!queue) throw new Error(`the outbox does not serve the queue ${name}`)
      return queue
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}
