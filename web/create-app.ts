import cookie from '@fastify/cookie'
import staticFiles from '@fastify/static'
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify'
import { isTracing } from '../config/tracing.ts'
import { authenticate } from './authenticate.ts'
import { addBodyParsers, BODY_MIB_MAX, RAW_BODY_MIB_MAX, takeRawBodies } from './body-parsers.ts'
import { answerClientError } from './client-error.ts'
import { mountOps } from './ops/mount-ops.ts'
import { Problem } from './problem.ts'
import { createRateLimiter, type RateLimiter } from './rate-limit.ts'
import { RequestLog, requestSerializers, routeOf } from './request-log.ts'
import type { Route, WebContext } from './route.ts'
import { sendProblem } from './send-problem.ts'
import { traceRequests } from './trace-requests.ts'

/** How long a client may take to send the head and the whole of a request. */
const HEAD_TIMEOUT_MS = 15_000
const REQUEST_TIMEOUT_MS = 60_000
const TIMEOUTS_CHECKED_EVERY_MS = 5_000
/** How long a connection may stand still, in the middle of an answer too. */
const CONNECTION_IDLE_MAX_MS = 90_000
const KEEP_ALIVE_MS = 65_000
/** Fastify stops this clock when a body has arrived, so a route that takes one has none: it limits its own waits. */
const ANSWER_TIMEOUT_MS = 30_000

/** The HTTP server with every route, not listening yet. */
export function createApp(routes: readonly Route[], context: WebContext): FastifyInstance {
  const logger: FastifyBaseLogger = context.log.child({}, { serializers: requestSerializers })
  const everyAnswer = securityHeaders(context)
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new RequestLog(),
    genReqId: context.newId,
    // Longer than any head: an id of any length is an account that does not exist.
    routerOptions: { maxParamLength: 16_384 },
    bodyLimit: BODY_MIB_MAX * 1_048_576,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_IDLE_MAX_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEAD_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUTS_CHECKED_EVERY_MS },
    // What arrives on a connection that is open while the server stops is still answered.
    return503OnClosing: false,
    trustProxy: context.trustedProxies.length === 0 ? false : [...context.trustedProxies],
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply.headers({ ...everyAnswer, 'x-request-id': request.id }))
    },
    clientErrorHandler: answerClientError,
  })
  addBodyParsers(app)
  app.decorateRequest('principal', null)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler(refuseUnknownAddress)
  app.register(cookie)
  // Serves nothing by itself: routes name the files and their folders.
  app.register(staticFiles, { root: import.meta.dirname, serve: false, preCompressed: true })
  const limiter = createRateLimiter(app, context.rateLimits)
  addHooks(app, context, everyAnswer)
  if (isTracing()) traceRequests(app)
  for (const route of routes) {
    if (route.rawBody) addRawRoute(app, route, { context, limiter })
    else addRoute(app, route, { context, limiter })
  }
  addRefusedMethods(app, routes)
  mountOps(app, context)
  return app
}

/** Of every answer; pages that run scripts have a policy of their own. */
function securityHeaders({ page }: WebContext): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...(page.isSecure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

function addHooks(
  app: FastifyInstance,
  { metrics }: WebContext,
  everyAnswer: Readonly<Record<string, string>>,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ ...everyAnswer, 'x-request-id': request.id })
    // Before anything of the body is read.
    if (request.is404) refuseUnknownAddress()
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    metrics.requestDone({
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    })
    done()
  })
}

function refuseUnknownAddress(): never {
  throw new Problem('not-found', { detail: 'no call of this API has this address' })
}

interface Serving {
  readonly context: WebContext
  readonly limiter: RateLimiter
}

/** Its bodies are parsed apart from those of the other routes. */
function addRawRoute(app: FastifyInstance, route: Route, serving: Serving): void {
  app.register((own, _options, done) => {
    takeRawBodies(own)
    addRoute(own, route, serving)
    done()
  })
}

function addRoute(app: FastifyInstance, route: Route, { context, limiter }: Serving): void {
  const { method, path, timeoutMs = ANSWER_TIMEOUT_MS } = route
  app.route({
    method,
    url: path,
    ...(route.rawBody ? { bodyLimit: RAW_BODY_MIB_MAX * 1_048_576 } : {}),
    ...(route.body || route.rawBody ? {} : { handlerTimeout: timeoutMs }),
    onRequest: async (request) => await authenticate(context, limiter, request, route),
    handler: (request, reply) => route.answer(request, reply, context),
  })
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** An address that has a route answers its other methods with 405 and the ones it takes. */
function addRefusedMethods(app: FastifyInstance, routes: readonly Route[]): void {
  for (const [url, ofAddress] of Map.groupBy(routes, ({ path }) => path)) {
    const taken = ofAddress.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.route({
      method: METHODS.filter((method) => !taken.includes(method)),
      url,
      onRequest: () => {
        throw new Problem('method-not-allowed', {
          detail: `this address takes ${taken.join(', ')}`,
          headers: { allow: taken.join(', ') },
        })
      },
      handler: () => undefined,
    })
  }
}
