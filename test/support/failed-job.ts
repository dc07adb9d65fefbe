import { UnrecoverableError } from 'bullmq'
import { vi } from 'vitest'
import type { QueueName } from '../../jobs/define-job.ts'
import { createQueue } from '../../jobs/queues.ts'
import { createWorker } from '../../workers/create-worker.ts'
import type { Pipeline } from './pipeline.ts'

/** Puts a job on a queue that gives it up for this reason; returns the job's id. No other worker may run. */
export async function addFailedJob(
  { config }: Pick<Pipeline, 'config'>,
  job: { kind: QueueName; queue: string; name: string; data: object; reason: string },
): Promise<string> {
  const queue = createQueue(config, { kind: job.kind, name: job.queue })
  const onError = () => undefined
  queue.on('error', onError)
  const worker = createWorker(
    config,
    { kind: job.kind, name: job.queue },
    { process: () => Promise.reject(new UnrecoverableError(job.reason)), onError },
  )
  try {
    const added = await queue.add(job.name, job.data)
    worker.run().catch(onError)
    await vi.waitUntil(() => added.isFailed(), { timeout: 20_000, interval: 20 })
    return added.id ?? ''
  } finally {
    await worker.close()
    await queue.close()
  }
}
