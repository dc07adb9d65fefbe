import { Histogram } from 'prom-client'
import type { Db } from '../db/connect.ts'
import { createProcessRegistry } from '../jobs/process-metrics.ts'

/** What this process measures of itself, in the format of Prometheus. */
export interface Metrics {
  /** `route` is the pattern of the address, never the address itself. */
  requestDone(request: { method: string; route: string; status: number; durationMs: number }): void
  readonly contentType: string
  text(): Promise<string>
}

const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Counts requests, beside what every process measures. */
export function createMetrics(db: Db): Metrics {
  const register = createProcessRegistry(db)
  const requests = new Histogram({
    name: 'ringledger_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers: [register],
  })
  return {
    requestDone: ({ method, route, status, durationMs }) =>
      requests.observe({ method, route, status }, durationMs / 1_000),
    contentType: register.contentType,
    text: () => register.metrics(),
  }
}
