import { BullMQOtel } from 'bullmq-otel'
import { isTracing } from '../config/tracing.ts'

/** The options of a queue or worker whose jobs carry their trace along; none in a process that makes no traces. */
export function queueTelemetry(): { telemetry?: BullMQOtel } {
  return isTracing() ? { telemetry: new BullMQOtel({ tracerName: 'ringledger' }) } : {}
}
