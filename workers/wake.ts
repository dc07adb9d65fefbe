import type { Log } from '../config/logger.ts'
import type { Wake } from '../jobs/define-job.ts'
import { jobs } from '../jobs/index.ts'
import type { JobQueues } from './job-queues.ts'

/** Hands a job to its queue at once. A queue that is away costs nothing but time: what is owed is swept. */
export function wakeThrough(queues: JobQueues, log: Log): Wake {
  return async (name, payload) => {
    const job = jobs.find((one) => one.name === name)
    if (!job) throw new Error(`there is no job named ${name}`)
    try {
      await queues.of(job.queue).add(name, payload)
    } catch (error) {
      log.warn({ err: error, job: name }, 'job not woken; it is swept')
    }
  }
}
