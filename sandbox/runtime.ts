import { type Clock, type NewId, systemClock, systemNewId } from '../config/clock.ts'
import { type Config, loadConfig } from '../config/config.ts'
import { environment, hasDatabaseUrl } from '../config/environment.ts'
import { createLog, type Log } from '../config/logger.ts'
import { connect, type Db } from '../db/connect.ts'
import { refuseInProduction } from './refuse-in-production.ts'
import { useLocalServers } from './use-local-servers.ts'

/** A command may read the whole ledger, and somebody watches it. */
const QUERY_TIMEOUT_MS = 3_600_000

/** What a command works with. */
export interface Runtime {
  readonly config: Config
  /** With the rights of a worker; closed when the command's work ends. */
  readonly db: Db
  /** To standard error, so that a command's own output stays clean; warnings and worse unless LOG_LEVEL is set. */
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
}

/**
 * Runs `work` against DATABASE_URL where it is set, else on the one-machine default's data in `dataDir`: with the
 * servers that run there, or with servers started for the duration. Several commands may work on the same data at once,
 * beside `npm start` too. Throws under NODE_ENV=production without DATABASE_URL.
 */
export async function withRuntime<T>(
  options: { process: string; dataDir: string | undefined },
  work: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const run = (config: Config) => runWith(config, options.process, work)
  if (hasDatabaseUrl()) return await run(loadConfig())
  refuseInProduction()
  return await useLocalServers(options, run)
}

async function runWith<T>(
  config: Config,
  processName: string,
  work: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const level = environment['LOG_LEVEL'] ? config.logLevel : 'warn'
  const log = createLog({ level, process: processName, to: 'stderr' })
  const db = connect({
    url: config.databaseUrl,
    poolMax: config.databasePoolMax,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    onError: (error) => log.warn({ err: error }, 'connection error'),
  })
  try {
    return await work({ config, db, log, clock: systemClock, newId: systemNewId })
  } finally {
    await db.destroy()
  }
}
