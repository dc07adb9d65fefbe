import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { Clock } from '../../config/clock.ts'
import type { Incoming, Reply } from './answer-request.ts'
import type { FaultQueue, TakenFault } from './faults.ts'
import type { PageRequest } from './pages.ts'
import type { LoggedRequest, RequestLog } from './request-log.ts'

interface ServerParts {
  readonly clock: Clock
  readonly log: RequestLog
  readonly faults: FaultQueue
  answer(incoming: Incoming, taken: TakenFault | undefined): Promise<Reply>
  /** The answer to a person's browser; null for a request of the API. Faults and the log do not see it. */
  answerPage(request: PageRequest): Promise<Reply | null>
}

/** Takes requests, notes them, and sends the answers, spoilt where a fault says so. */
export function createHttpServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      // A mistake of the stand-in itself: whoever asked sees it, and no test takes it for an answer of Stripe.
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error))
    })
  })
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const incoming = await read(request)
  const { host, origin } = request.headers
  const page = await parts.answerPage({ ...incoming, host, origin })
  if (page) {
    response.writeHead(page.status, page.headers).end(page.body)
    return
  }
  response.setHeader('access-control-allow-origin', '*')
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-headers', 'authorization, content-type, idempotency-key')
    response.writeHead(204, { 'access-control-allow-methods': 'GET, POST' }).end()
    return
  }
  const logged: LoggedRequest = {
    at: parts.clock.now(),
    method: incoming.method,
    path: incoming.path,
    key: incoming.key ?? null,
    status: null,
  }
  const taken = parts.faults.take(logged)
  parts.log.add(logged)
  if (taken?.fault === 'drop_request') {
    request.socket.destroy()
    return
  }
  if (taken?.fault === 'html_502_before') {
    logged.status = sendBadGateway(response)
    return
  }
  const reply = await parts.answer(incoming, taken)
  await sendSpoilt(response, reply, { logged, taken })
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const body = await readText(request)
  const key = request.headers['idempotency-key']
  const method = request.method ?? 'GET'
  return {
    method,
    path: url.pathname,
    params: method === 'GET' ? url.search.slice(1) : body,
    authorization: request.headers.authorization,
    key: typeof key === 'string' && key !== '' ? key : undefined,
  }
}

interface Exchange {
  readonly logged: LoggedRequest
  readonly taken: TakenFault | undefined
}

async function sendSpoilt(
  response: ServerResponse,
  reply: Reply,
  { logged, taken }: Exchange,
): Promise<void> {
  const half = reply.body.slice(0, Math.floor(reply.body.length / 2))
  const whole = { ...reply.headers, 'content-length': String(Buffer.byteLength(reply.body)) }
  switch (taken?.fault) {
    case 'drop_answer':
      response.socket?.destroy()
      return
    case 'cut_body':
      response.writeHead(reply.status, whole).write(half, () => response.socket?.destroy())
      return
    case 'stall_body':
      response.writeHead(reply.status, whole).write(half)
      return
    case 'html_502_after':
      logged.status = sendBadGateway(response)
      return
    case 'hang_after':
      await taken.released
  }
  logged.status = reply.status
  response.writeHead(reply.status, whole).end(reply.body)
}

function sendBadGateway(response: ServerResponse): number {
  const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'
  response.writeHead(502, { 'content-type': 'text/html' }).end(page)
  return 502
}
