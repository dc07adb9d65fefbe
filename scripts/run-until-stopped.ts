import type { Log } from '../config/logger.ts'
import { EXIT, type Exit } from './command.ts'

/** How long running work may take to end; platforms kill a process some 30 seconds after their SIGTERM. */
const GRACE_MS = 20_000

/** What the rest of a stop may take on top. */
const CLOSING_MS = 5_000

/** Ctrl-C reaches this process from the terminal and from npm: that is one wish to stop, not two. */
const ONE_WISH_MS = 1_000

/** A part of the system that runs in this process. */
export interface Stoppable {
  stop(graceMs: number): Promise<void>
}

/**
 * Starts a process of the Procfile and keeps it until SIGTERM or SIGINT, then stops it within the grace time: exit 0. A
 * second signal ends it at once. An error that nobody caught is logged and stops it too: exit 1. Rejects when the start
 * fails.
 */
export async function runUntilStopped(log: Log, start: () => Promise<Stoppable>): Promise<Exit> {
  const wished = wishToStop(log)
  const starting = start()
  const exit = await Promise.race([wished, starting.then(() => wished)])
  exitWhenStuck(log, exit)
  const running = await starting
  await running.stop(GRACE_MS)
  return exit
}

function wishToStop(log: Log): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>()
  let firstSignalAtMs = Infinity
  const onSignal = (signal: string) => {
    const sinceFirstMs = performance.now() - firstSignalAtMs
    if (sinceFirstMs > ONE_WISH_MS)
      exitAtOnce(log, 'second signal: not waiting for running work', EXIT.refused)
    if (firstSignalAtMs < Infinity) return
    firstSignalAtMs = performance.now()
    log.info({ signal, graceMs: GRACE_MS }, 'stopping')
    resolve(EXIT.done)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  const onUncaught = (error: unknown) => {
    log.fatal({ err: error }, 'uncaught error: stopping')
    resolve(EXIT.refused)
  }
  process.on('uncaughtException', onUncaught)
  process.on('unhandledRejection', onUncaught)
  return promise
}

/** A queue that does not answer must not keep the process from ending; what is cut off is delivered again. */
function exitWhenStuck(log: Log, exit: Exit): void {
  const message = 'not stopped in time: ending as it is'
  setTimeout(() => exitAtOnce(log, message, exit), GRACE_MS + CLOSING_MS).unref()
}

function exitAtOnce(log: Log, message: string, exit: Exit): never {
  log.warn(message)
  process.exit(exit)
}
