import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'

/**
 * One line a request, when it is done: the pattern of its address and the name of its key, never the address itself, a
 * header or a body, which may hold numbers and keys. Looks at health and figures are logged for debugging only.
 */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' })
  }

  override incomingRequest(): void {
    // The line at the end says it all.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const fields = {
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(request.keyName === null ? {} : { key: request.keyName }),
    }
    if (error) request.log.warn({ ...fields, err: error }, 'request cut off')
    else if (request.keyName === null && reply.statusCode < 400) request.log.debug(fields, 'request done')
    else request.log.info(fields, 'request done')
  }
}

/** What Fastify itself may log of a request. */
export const requestSerializers = {
  req: (request: FastifyRequest) => ({ method: request.method, route: routeOf(request) }),
}

/** The pattern of the address: few, and without what the caller put into it. */
export function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions?.url ?? 'none'
}
