import {
  type Context,
  isSpanContextValid,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api'

const HEADER = 'traceparent'
const VERSION_0 = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/

/** Hands a trace on by the `traceparent` of W3C Trace Context, in the headers of a request or the options of a job. */
export class TraceparentPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context)
    if (!span || !isSpanContextValid(span)) return
    const flags = span.traceFlags.toString(16).padStart(2, '0')
    setter.set(carrier, HEADER, `00-${span.traceId}-${span.spanId}-${flags}`)
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, HEADER)
    const [, traceId, spanId, flags] = VERSION_0.exec(typeof header === 'string' ? header : '') ?? []
    if (!traceId || !spanId || !flags) return context
    const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
    return isSpanContextValid(span) ? trace.setSpanContext(context, span) : context
  }

  fields(): string[] {
    return [HEADER]
  }
}
