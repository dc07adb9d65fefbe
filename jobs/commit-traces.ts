import { type Context, context, type Link, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { isTracing } from '../config/tracing.ts'
import type { CommitReport } from './commit-usage.ts'
import type { UsageBatch } from './rate-records.ts'

/** Follows usage from the job that brought it to the transaction that many jobs share. */
export class CommitTraces {
  readonly #origins = new WeakMap<UsageBatch, Context>()

  /** Keeps from which job a batch came; the job is the span that is open now. */
  note(batch: UsageBatch): UsageBatch {
    if (isTracing()) this.#origins.set(batch, context.active())
    return batch
  }

  /** Commits a group in a span of the first job's trace, with a link to each of the others. */
  async commit(
    group: readonly UsageBatch[],
    work: (group: readonly UsageBatch[]) => Promise<CommitReport>,
  ): Promise<CommitReport> {
    if (!isTracing()) return await work(group)
    const [first, ...others] = group.flatMap((batch) => this.#origins.get(batch) ?? [])
    if (!first) return await work(group)
    const links = others.flatMap((origin): Link[] => {
      const job = trace.getSpanContext(origin)
      return job ? [{ context: job }] : []
    })
    const attributes = { 'ringledger.jobs': group.length }
    const span = trace
      .getTracer('ringledger')
      .startSpan('commit usage', { kind: SpanKind.INTERNAL, links, attributes }, first)
    try {
      const report = await context.with(trace.setSpan(first, span), () => work(group))
      span.setAttributes({
        'ringledger.charged': report.charged,
        'ringledger.unrated': report.refused.length,
      })
      return report
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  }
}
