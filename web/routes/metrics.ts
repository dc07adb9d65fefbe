import { z } from 'zod'
import { readPaymentFigures } from '../../db/payment-figures.ts'
import { readPipelineFigures } from '../../db/pipeline-figures.ts'
import { withDeadline } from '../../jobs/deadline.ts'
import { mayReadMetrics } from '../../jobs/metrics-access.ts'
import { pipelineMetrics } from '../pipeline-metrics.ts'
import { Problem } from '../problem.ts'
import { defineRoute, type WebContext } from '../route.ts'

/** Less than Prometheus waits. */
const FIGURES_TIMEOUT_MS = 5_000

/** Figures for Prometheus, for who presents METRICS_TOKEN, or asks on this machine where there is none. They are there while the database or the queue is not: then theirs are missing. */
export const metrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  scope: null,
  rateLimit: 'none',
  summary: 'Figures for Prometheus',
  query: z.strictObject({}),
  answers: { status: 200, content: { 'text/plain': z.string() } },

  async handle({ request, reply }, context) {
    if (!mayReadMetrics(request.raw, context.ops.metricsToken))
      throw new Problem('not-found', { detail: 'no call of this API has this address' })
    const texts = await Promise.all([context.metrics.text(), readPipeline(context)])
    reply.type(context.metrics.contentType)
    return texts.join('\n')
  },
})

async function readPipeline({ db, queues, log, clock }: WebContext): Promise<string> {
  const now = clock.now()
  const orNull = async <T>(reading: Promise<T>): Promise<T | null> =>
    await reading.catch((error: unknown) => {
      log.warn({ err: error }, 'figures of the pipeline could not be read')
      return null
    })
  const [database, depths, redis] = await Promise.all([
    orNull(withDeadline(readDatabase(db, now), { ms: FIGURES_TIMEOUT_MS, what: 'reading the figures' })),
    orNull(queues.depths()),
    orNull(queues.redisMemory()),
  ])
  return await pipelineMetrics({ database, queues: depths, redis, now })
}

async function readDatabase(db: WebContext['db'], now: Date) {
  const [pipeline, payments] = await Promise.all([readPipelineFigures(db), readPaymentFigures(db, now)])
  return { pipeline, payments }
}
