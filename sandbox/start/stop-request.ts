import { environment } from '../../config/environment.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Under npm one Ctrl-C arrives twice: from the terminal and from npm, which passes it on. */
const SAME_PRESS_MS = 500
const PARENT_POLL_MS = 500

/** Somebody wants this process to end. */
export interface StopRequest {
  /** Resolves at the first request. */
  readonly made: Promise<void>
  isMade(): boolean
}

/**
 * Listens for Ctrl-C, SIGTERM, SIGHUP, the death of the npm that runs this process, and the end of whoever reads what it
 * prints. A second signal calls `onSecond`.
 */
export function listenForStop(onSecond: () => void): StopRequest {
  const made = Promise.withResolvers<void>()
  let madeAtMs: number | null = null
  const request = () => {
    madeAtMs ??= performance.now()
    made.resolve()
  }
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (madeAtMs !== null && performance.now() - madeAtMs > SAME_PRESS_MS) onSecond()
      request()
    })
  }
  process.stdout.on('error', request)
  if (environment['npm_lifecycle_event'] === 'start') whenParentDies(request)
  return { made: made.promise, isMade: () => madeAtMs !== null }
}

/** A killed npm passes no signal on. */
function whenParentDies(then: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, PARENT_POLL_MS)
  timer.unref()
}
