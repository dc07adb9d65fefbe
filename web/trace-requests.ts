import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { routeOf } from './request-log.ts'

/** Makes a span of each request, within the trace that the caller names, and runs its handler inside. */
export function traceRequests(app: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>()
  app.addHook('onRequest', (request, _reply, done) => {
    const caller = propagation.extract(context.active(), request.headers)
    const attributes = { 'http.request.method': request.method, 'http.route': routeOf(request) }
    const span = trace
      .getTracer('ringledger')
      .startSpan(`${request.method} ${routeOf(request)}`, { kind: SpanKind.SERVER, attributes }, caller)
    spans.set(request, span)
    done()
  })
  // Not before the body is there: what reads it runs on behalf of the connection.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request)
    if (span) context.with(trace.setSpan(context.active(), span), done)
    else done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request)
    span?.setAttribute('http.response.status_code', reply.statusCode)
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
    done()
  })
}
