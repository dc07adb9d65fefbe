import { type Logger, pino } from 'pino'
import { LOG_SERIALIZERS } from './log-serializers.ts'

export type Log = Logger

/**
 * One JSON line per event: the message is a constant, everything else a field. Never a payload, number or key. Goes to
 * standard output unless `to` says otherwise; a file is emptied first and must be readable by its owner alone.
 */
export function createLog(settings: {
  level: string
  process: string
  to?: 'stderr' | { readonly file: string }
}): Log {
  const options = { level: settings.level, base: { process: settings.process }, serializers: LOG_SERIALIZERS }
  return pino(options, destinationOf(settings.to))
}

function destinationOf(to: Parameters<typeof createLog>[0]['to']) {
  if (to === 'stderr') return pino.destination({ fd: 2, sync: true })
  if (to) return pino.destination({ dest: to.file, mode: 0o600, append: false, sync: true })
  return pino.destination({ fd: 1, sync: true })
}
