import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'

/**
 * One line a request, when it is done: the pattern of its address and who asks, never the address itself, a
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
      ...principalOf(request),
    }
    if (error) request.log.warn({ ...fields, err: error }, 'request cut off')
    else if (request.principal === null && reply.statusCode < 400) request.log.debug(fields, 'request done')
    else request.log.info(fields, 'request done')
  }
}

/** The name of a key; of a session what nobody can use it by, and no person. */
function principalOf({ principal }: FastifyRequest): Readonly<Record<string, string>> {
  if (principal === null) return {}
  return principal.kind === 'key' ? { key: principal.name } : { session: principal.id }
}

/** What Fastify itself may log of a request. */
export const requestSerializers = {
  req: (request: FastifyRequest) => ({ method: request.method, route: routeOf(request) }),
}

/** The pattern of the address: few, and without what the caller put into it. */
export function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions?.url ?? 'none'
}
