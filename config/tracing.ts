import { context, propagation, SpanKind, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace'
import { AsyncContextManager } from './trace-context.ts'
import { TraceparentPropagator } from './traceparent.ts'

/** How long the last spans may take to be sent when the process stops. */
const STOP_TIMEOUT_MS = 2_000

export interface Tracing {
  /** Sends what is left, within two seconds, and makes no more. */
  stop(): Promise<void>
}

let isOn = false

/** Whether this process makes traces: what costs time for a trace is left out where it makes none. */
export function isTracing(): boolean {
  return isOn
}

/** Sends the traces of this process to an endpoint of OTLP over HTTP; does nothing where there is none. */
export function startTracing(endpoint: string | null, serviceName: string): Tracing {
  if (endpoint === null) return { stop: () => Promise.resolve() }
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` })
  const provider = new TracerProvider({
    resource: resourceNamed(serviceName),
    sampler: new ParentBasedSampler({ root: withoutIdling }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  trace.setGlobalTracerProvider(provider)
  context.setGlobalContextManager(new AsyncContextManager())
  propagation.setGlobalPropagator(new TraceparentPropagator())
  isOn = true
  return {
    stop: async () => {
      isOn = false
      // A receiver that is away must not fail the stop: the spans are lost, and the SDK says so.
      await provider.forceFlush({ timeoutMillis: STOP_TIMEOUT_MS }).catch(() => undefined)
      await provider.shutdown().catch(() => undefined)
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}

/** A worker that waits for its next job is no trace: only what was asked for begins one. */
const withoutIdling: Sampler = {
  shouldSample: (_context, _traceId, _name, kind) => ({
    decision: kind === SpanKind.INTERNAL ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD_AND_SAMPLED,
  }),
  toString: () => 'WithoutIdling',
}

type Resource = NonNullable<TracerProviderOptions['resource']>

function resourceNamed(name: string): Resource {
  const resource: Resource = {
    attributes: { 'service.name': name },
    getRawAttributes: () => [['service.name', name]],
    merge: () => resource,
  }
  return resource
}
