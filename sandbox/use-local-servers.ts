import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, loadConfig } from '../config/config.ts'
import { environment } from '../config/environment.ts'
import { type SessionLock, trySessionLock } from '../db/session-lock.ts'
import { type DataFolder, dataFolder } from './data-folder.ts'
import { type LocalServers, startLocalServers } from './local-servers.ts'
import { type Addresses, type RunningState, readState } from './running-state.ts'

const POLL_MS = 100
const WAIT_MAX_MS = 60_000

/**
 * Runs `work` with the servers of a data folder: those that another process runs, else its own. Every process that uses
 * them holds a shared lock in their Postgres. A command that started them stops them when it can have that lock alone,
 * so it waits for the others; `npm start` stops them at once, and the commands beside it end with an error.
 */
export async function useLocalServers<T>(
  options: { process: string; dataDir: string | undefined },
  work: (config: Config) => Promise<T>,
): Promise<T> {
  const folder = dataFolder(options.dataDir)
  const isNew = !existsSync(folder.postgres)
  const say = (how: string) =>
    console.error(`DATABASE_URL is not set: working on the one-machine default in ${folder.path}, ${how}`)
  const deadlineMs = performance.now() + WAIT_MAX_MS
  for (;;) {
    const joined = await tryJoin(folder)
    if (joined) {
      say('which is running')
      return await workBeside(joined, work)
    }
    const servers = await startLocalServers(folder, options.process)
    if (servers) {
      say(isNew ? 'made just now' : 'started for this command')
      return await workAlone(servers, work)
    }
    if (performance.now() > deadlineMs) throw new Error(neverReady(folder))
    await sleep(POLL_MS)
  }
}

interface Joined {
  readonly state: RunningState
  readonly lock: SessionLock
}

/** Null when nothing runs there, or what runs there is being started or stopped. */
async function tryJoin(folder: DataFolder): Promise<Joined | null> {
  const state = await readState(folder)
  if (!state) return null
  const lock = await trySessionLock(state.databaseUrl, 'shared').catch(() => null)
  return lock && { state, lock }
}

async function workBeside<T>({ state, lock }: Joined, work: (config: Config) => Promise<T>): Promise<T> {
  void lock.lost.then(() =>
    endWithout(`${state.process} (process ${state.pid}) stopped the servers of the one-machine default`),
  )
  try {
    return await work(configFor(state))
  } finally {
    await lock.release()
  }
}

/** What all processes on the same queues must agree on comes from the process that runs them. */
function configFor(addresses: Addresses): Config {
  const { databaseUrl, migrateDatabaseUrl, redisUrl, queuePrefix, usageShards, stripe, mail } = addresses
  const config = loadConfig({
    ...environment,
    DATABASE_URL: databaseUrl,
    MIGRATE_DATABASE_URL: migrateDatabaseUrl,
    REDIS_URL: redisUrl ?? undefined,
    QUEUE_PREFIX: queuePrefix,
    USAGE_SHARDS: String(usageShards),
  })
  return { ...config, stripe: stripe ?? config.stripe, mail: mail ?? config.mail }
}

async function workAlone<T>(servers: LocalServers, work: (config: Config) => Promise<T>): Promise<T> {
  void servers.ended.then((name) => endWithout(`${name} ended unexpectedly`))
  try {
    return await work(servers.config)
  } finally {
    const lock = await untilUnused(servers.config.databaseUrl)
    await servers.stop()
    await lock?.release()
  }
}

/** Ends this process: work that waits for servers that are gone would wait for ever. */
function endWithout(reason: string): never {
  console.error(`${reason}: run this again`)
  process.exit(1)
}

/** The lock keeps others from joining until the servers are down; null when they are down already. */
async function untilUnused(databaseUrl: string): Promise<SessionLock | null> {
  for (let tries = 1; ; tries++) {
    try {
      const lock = await trySessionLock(databaseUrl, 'exclusive')
      if (lock) return lock
    } catch {
      return null
    }
    if (tries === 1) console.error('done; waiting for other commands that work on the same data')
    await sleep(POLL_MS)
  }
}

function neverReady(folder: DataFolder): string {
  return (
    `the servers of ${folder.path} are held by another process that did not finish starting or stopping them ` +
    `within ${WAIT_MAX_MS / 1_000} s: see ${folder.stateFile} for its process id, end it, and run this again`
  )
}
