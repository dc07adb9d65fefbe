import { z } from 'zod'

const TOKEN_CHARS_MIN = 16

/** How the processes are watched from outside. */
export const WATCH_VARIABLES = {
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters')
    .min(TOKEN_CHARS_MIN)
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, message: 'must be a URL that starts with http:// or https://' })
    .optional(),
}

export interface WatchConfig {
  /** Where a worker or scheduler answers /metrics; null where it does not. */
  readonly metricsPort: number | null
  /** Who presents it reads /metrics from anywhere; null where only this machine may. */
  readonly metricsToken: string | null
  /** Where traces are sent to, without a path of the signal; null where none are made. */
  readonly tracesEndpoint: string | null
}

const watched = z.object(WATCH_VARIABLES)

export function watchConfig(read: z.infer<typeof watched>): WatchConfig {
  return {
    metricsPort: read.METRICS_PORT ?? null,
    metricsToken: read.METRICS_TOKEN ?? null,
    tracesEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '') ?? null,
  }
}
