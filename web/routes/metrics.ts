import { z } from 'zod'
import { readPipelineFigures } from '../../db/pipeline-figures.ts'
import { withDeadline } from '../../jobs/deadline.ts'
import { pipelineMetrics } from '../pipeline-metrics.ts'
import { defineRoute, type WebContext } from '../route.ts'

/** Less than Prometheus waits. */
const FIGURES_TIMEOUT_MS = 5_000

/** Figures for Prometheus. They are there while the database or the queue is not: then theirs are missing. */
export const metrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  scope: null,
  summary: 'Figures for Prometheus',
  query: z.strictObject({}),
  answers: { status: 200, content: { 'text/plain': z.string() } },

  async handle({ reply }, context) {
    const texts = await Promise.all([context.metrics.text(), readPipeline(context)])
    reply.type(context.metrics.contentType)
    return texts.join('\n')
  },
})

async function readPipeline({ db, queues, log, clock }: WebContext): Promise<string> {
  const orNull = async <T>(reading: Promise<T>): Promise<T | null> =>
    await reading.catch((error: unknown) => {
      log.warn({ err: error }, 'figures of the pipeline could not be read')
      return null
    })
  const [database, depths, redis] = await Promise.all([
    orNull(withDeadline(readPipelineFigures(db), { ms: FIGURES_TIMEOUT_MS, what: 'reading the figures' })),
    orNull(queues.depths()),
    orNull(queues.redisMemory()),
  ])
  return await pipelineMetrics({ database, queues: depths, redis, now: clock.now() })
}
