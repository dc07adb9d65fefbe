import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { type Config, loadConfig } from '../config/config.ts'
import { environment } from '../config/environment.ts'
import { ensureDatabase, ensureWorkerLogin } from '../db/local-database.ts'
import { migrate } from '../db/migrate.ts'
import { migrateQueues } from '../jobs/queues.ts'
import type { DataFolder } from './data-folder.ts'
import { type OutsideServers, startOutsideServers } from './outside-servers.ts'
import { findRunningPostgres, type PostgresServer, startPostgres } from './postgres-server.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'
import { startRedis } from './redis-server.ts'
import { RunningServers } from './running-servers.ts'
import { type RunningState, removeState, writeState } from './running-state.ts'

const DATABASE = 'ringledger'
const WORKER_LOGIN = 'ringledger_app'

/** The servers of a data folder, started by this process and stopped by it; they do not outlive it. */
export interface LocalServers {
  /** For workers and web: `databaseUrl` has the rights of a worker, `migrateDatabaseUrl` those of the owner. */
  readonly config: Config
  readonly state: RunningState
  /** Stripe and SendGrid, or what stands in for them. */
  readonly outside: OutsideServers
  /** Migrations that this start applied. */
  readonly migrated: readonly string[]
  /** Resolves with the name of a server that ends without being stopped here. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts Postgres and, where there is a `redis-server` and no REDIS_URL, Redis on the data of a folder, brings the
 * schema up to date and tells other processes. Null when another process runs them, or is just starting them.
 */
export async function startLocalServers(
  folder: DataFolder,
  processName: string,
): Promise<LocalServers | null> {
  const settings = loadSettings()
  await mkdir(folder.path, { recursive: true, mode: 0o700 })
  const postgres = await startPostgresAlone(folder)
  if (!postgres) return null
  const running = new RunningServers()
  running.add('Postgres', postgres)
  let outside: OutsideServers | null = null
  const stop = async () => {
    await removeState(folder)
    // First what writes files of its own: whoever starts next waits for Postgres alone.
    await outside?.stop()
    await running.stop()
  }
  try {
    outside = await startOutsideServers(folder, settings)
    const redis = settings.redisUrl === null ? await startRedis({ dataDir: folder.redis }) : null
    if (redis) running.add('Redis', redis)
    const { config, migrated } = await prepareDatabase(folder, postgres, {
      ...settings,
      redisUrl: redis?.url ?? settings.redisUrl,
      stripe: outside.stripe,
      mail: outside.mail,
    })
    const state = stateOf({ config, outside, processName, postgresPid: postgres.pid })
    await writeState(folder, state)
    return { config, state, outside, migrated, ended: running.ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The environment with faults found before anything starts; the addresses are known once the servers run. */
function loadSettings(): Config {
  return loadConfig({ ...environment, DATABASE_URL: 'postgres://127.0.0.1', MIGRATE_DATABASE_URL: undefined })
}

/** Of several that start at the same moment Postgres lets one through. */
async function startPostgresAlone(folder: DataFolder): Promise<PostgresServer | null> {
  if (await findRunningPostgres(folder.postgres)) return null
  try {
    return await startPostgres({ dataDir: folder.postgres })
  } catch (error) {
    if (await findRunningPostgres(folder.postgres)) return null
    throw error
  }
}

async function prepareDatabase(
  folder: DataFolder,
  postgres: PostgresServer,
  settings: Config,
): Promise<{ config: Config; migrated: readonly string[] }> {
  await ensureDatabase(postgres.url('postgres'), DATABASE)
  const ownerUrl = postgres.url(DATABASE)
  const { applied, workerRole } = await migrate(ownerUrl)
  if (workerRole === null) throw new Error('the embedded Postgres does not let its superuser make roles')

  const password = await workerPassword(folder)
  const databaseUrl = Object.assign(new URL(ownerUrl), { username: WORKER_LOGIN, password }).href
  const config = { ...settings, databaseUrl, migrateDatabaseUrl: ownerUrl }
  if (config.redisUrl === null) await migrateQueues(config)
  const queueSchema = config.redisUrl === null ? config.queuePrefix : null
  await ensureWorkerLogin(ownerUrl, { login: WORKER_LOGIN, password, role: workerRole, queueSchema })
  return { config, migrated: applied }
}

async function workerPassword(folder: DataFolder): Promise<string> {
  const kept = await readPrivateFile(folder.workerPasswordFile)
  if (kept !== undefined) return kept
  const password = randomBytes(24).toString('base64url')
  await writePrivateFile(folder.workerPasswordFile, password)
  return password
}

interface Running {
  readonly config: Config
  readonly outside: OutsideServers
  readonly processName: string
  readonly postgresPid: number
}

/** Of Stripe and SendGrid the stand-ins alone: keys of the real ones stay in the environment. */
function stateOf({ config, outside, processName, postgresPid }: Running): RunningState {
  const { databaseUrl, migrateDatabaseUrl, redisUrl, queuePrefix, usageShards } = config
  return {
    process: processName,
    pid: process.pid,
    postgresPid,
    url: null,
    databaseUrl,
    migrateDatabaseUrl,
    redisUrl,
    queuePrefix,
    usageShards,
    stripe: outside.fakeStripe ? outside.stripe : null,
    mail: outside.fakeSendGrid ? outside.mail : null,
  }
}
