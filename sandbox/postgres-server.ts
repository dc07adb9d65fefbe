import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from './local-ports.ts'
import { installedPostgres, preparePostgres } from './postgres-binaries.ts'
import { type Cluster, ensureCluster, readPassword, SUPERUSER } from './postgres-cluster.ts'
import { findLockHolder, readLockFile } from './running-postgres.ts'
import { type ServerCommand, type ServerProcess, startServerProcess } from './server-process.ts'
import { findUnprivilegedRunner, runUnder } from './unprivileged-runner.ts'

/** A Postgres of ours that is running; on 127.0.0.1 only. */
export interface PostgresAddress {
  readonly port: number
  readonly pid: number
  /** A connection URL of the superuser for a database; `postgres` is always there. */
  url(database: string): string
}

/** A Postgres started by this process, which it does not outlive. */
export interface PostgresServer extends PostgresAddress {
  /** Resolves when the server has ended, whatever ended it. */
  readonly exited: Promise<void>
  /** Ends sessions at once and the server within seconds; committed work is safe however it ends. May be called again. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** The folder that holds everything of this server: its cluster, its password and its log. Made when missing. */
  readonly dataDir: string
  /** A free one when left out. */
  readonly port?: number
  /** Postgres settings by name, over those of the one-machine default. */
  readonly settings?: Readonly<Record<string, string>>
}

const STILL_IN_USE = 'pre-existing shared memory block'
const LET_GO_WAIT_MS = 10_000
const LET_GO_POLL_MS = 50

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
}

/**
 * Starts the embedded Postgres on the data in `dataDir`, which is made at the first start; as root too, and inside
 * folders that are closed to others. Rejects when a server is already running on that data (see `findRunningPostgres`).
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dataDir } = options
  const runner = findUnprivilegedRunner()
  const binaries = await preparePostgres({ installed: installedPostgres(), copyDir: dataDir })
  const cluster = await ensureCluster({ dataDir, initdb: binaries.initdb, runner })
  await refuseSecondServer(dataDir)

  const port = options.port ?? (await findFreePort())
  const settings = Object.entries({ ...SETTINGS, ...options.settings, port: String(port) })
  const server = await startWhenLetGo({
    name: 'Postgres',
    command: runUnder(runner, [
      binaries.postgres,
      '-D',
      cluster.folder,
      ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]),
    logFile: join(dataDir, 'server.log'),
    isReady: async (pid) => {
      const lock = await readLockFile(dataDir)
      return lock?.pid === pid && lock.isReady
    },
    startTimeoutMs: 60_000, // recovery after a crash reads up to 1 GB of log
    stopSignals: [
      { signal: 'SIGINT', waitMs: 3_000 },
      { signal: 'SIGQUIT', waitMs: 1_000 },
    ],
    orphanSignal: 'SIGQUIT',
  })
  return { ...server, ...addressOf(cluster, port, server.pid) }
}

/** The processes of a server that was killed end by themselves, a moment after it; until then Postgres refuses to start. */
async function startWhenLetGo(command: ServerCommand): Promise<ServerProcess> {
  const deadline = performance.now() + LET_GO_WAIT_MS
  for (;;) {
    try {
      return await startServerProcess(command)
    } catch (error) {
      if (!String(error).includes(STILL_IN_USE) || performance.now() > deadline) throw error
      await sleep(LET_GO_POLL_MS)
    }
  }
}

/** The server that is running on the data in `dataDir`, whichever process started it; null when none is. */
export async function findRunningPostgres(dataDir: string): Promise<PostgresAddress | null> {
  const lock = await findLockHolder(dataDir)
  if (!lock) return null
  return addressOf({ password: await readPassword(dataDir) }, lock.port, lock.pid)
}

async function refuseSecondServer(dataDir: string): Promise<void> {
  const running = await findLockHolder(dataDir)
  if (!running) return
  throw new Error(
    `a Postgres server is already running on ${dataDir} (process ${running.pid}, port ${running.port}): ` +
      'stop it, or use another data folder',
  )
}

function addressOf(cluster: Pick<Cluster, 'password'>, port: number, pid: number): PostgresAddress {
  const url = (database: string) =>
    `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  return { port, pid, url }
}
