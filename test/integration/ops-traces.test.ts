import { describe, expect, test } from 'vitest'
import { isTracing, startTracing } from '../../config/tracing.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'
import { setupWeb } from '../support/web.ts'

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

describe.each(queueBackends())('with queues on $name', (backend) => {
  test('usage that is posted is one trace, from the call over its job to the commit', async () => {
    const receiver = await startOtlpReceiver()
    const tracing = startTracing(receiver.url, 'ringledger-test')
    const web = await setupWeb(backend)
    const worker = await web.startWorker()
    const posted = await web.send('/v1/usage', {
      method: 'POST',
      body: JSON.stringify({ v: 1, records: [callRecord()] }),
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`,
      },
    })
    expect(posted.status).toBe(202)
    await web.settled(1)
    await worker.stop(5_000)
    await tracing.stop()

    const call = spanNamed(receiver, 'POST /v1/usage')
    const add = childOf(receiver, call)
    const work = childOf(receiver, add)
    const commit = childOf(receiver, work)
    expect(commit.name).toBe('commit usage')
    expect(commit.attributes.get('ringledger.charged')).toBe(1)
    expect([call, add, work, commit].map(({ traceId }) => traceId)).toEqual(Array(4).fill(CALLER.traceId))
    expect(call).toMatchObject({ service: 'ringledger-test', parentSpanId: CALLER.spanId })
    expect(JSON.stringify(receiver.spans.map(({ attributes }) => [...attributes]))).not.toMatch(
      /2025550123|4155550199/,
    )
  })

  test('a commit that many jobs share is linked to each of them', async () => {
    const receiver = await startOtlpReceiver()
    const tracing = startTracing(receiver.url, 'ringledger-test')
    const web = await setupWeb(backend)
    const jobs = ['1', '2', '3', '4'].map((id) => ({ v: 1, records: [callRecord({ id })] }))
    for (const job of jobs) await web.queue.add('charge-usage', job)
    const worker = await web.startWorker()
    await web.settled(jobs.length)
    await worker.stop(5_000)
    await tracing.stop()

    const commits = receiver.spans.filter(({ name }) => name === 'commit usage')
    const origins = commits.flatMap(({ parentSpanId, links }) => [
      parentSpanId,
      ...links.map(({ spanId }) => spanId),
    ])
    const works = receiver.spans
      .filter(({ name }) => name.startsWith('process usage-0'))
      .map(({ spanId }) => spanId)
    expect(works).toHaveLength(jobs.length)
    expect(origins.toSorted()).toEqual(works.toSorted())
  })
})

test('without an endpoint nothing is traced, and jobs carry nothing along', async () => {
  await startTracing(null, 'ringledger-test').stop()
  expect(isTracing()).toBe(false)
  const web = await setupWeb()
  const job = await web.queue.add('charge-usage', { v: 1, records: [callRecord()] })
  expect(job.opts).not.toHaveProperty('telemetry')
})

function spanNamed({ spans }: OtlpReceiver, name: string): ReceivedSpan {
  const found = spans.find((span) => span.name === name)
  if (!found) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(', ')}`)
  return found
}

/** The only child of a span, but for what the queue does for itself. */
function childOf({ spans }: OtlpReceiver, { spanId, name }: ReceivedSpan): ReceivedSpan {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === spanId)
  const found = children.find((span) => /^(add|process|commit)\b/.test(span.name))
  if (!found) throw new Error(`${name} has no such child among ${spans.map((span) => span.name).join(', ')}`)
  return found
}
