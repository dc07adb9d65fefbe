import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import type { Config } from '../config/config.ts'
import type { Log } from '../config/logger.ts'
import { mayReadMetrics } from '../jobs/metrics-access.ts'

const TIMEOUT_MS = 10_000

export interface MetricsServer {
  stop(): Promise<void>
}

/** Answers `/metrics` of a process that serves nothing else, on METRICS_PORT; null where that is not set. */
export async function serveMetrics(
  { host, metricsPort, metricsToken }: Pick<Config, 'host' | 'metricsPort' | 'metricsToken'>,
  register: Registry,
  log: Log,
): Promise<MetricsServer | null> {
  if (metricsPort === null) return null
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const isFor = request.method === 'GET' && request.url === '/metrics'
    if (!isFor || !mayReadMetrics(request, metricsToken)) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': register.contentType }).end(await register.metrics())
  }
  const server = createServer(
    { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'metrics not answered')
        response.destroy()
      })
    },
  )
  server.listen(metricsPort, host)
  await once(server, 'listening')
  log.info({ port: (server.address() as AddressInfo).port }, 'metrics ready')
  return {
    stop: async () => {
      server.closeAllConnections()
      server.close()
      if (server.listening) await once(server, 'close')
    },
  }
}
