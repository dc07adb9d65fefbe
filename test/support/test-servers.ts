import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../sandbox/postgres-server.ts'
import { startRedis } from '../../sandbox/redis-server.ts'
import { findContainers } from './containers.ts'
import { makeScratchFolder } from './scratch-folder.ts'

/** A server that tests use. */
export interface TestServer {
  readonly url: string
  /** Where it comes from, for people. */
  readonly origin: string
  /** Ends it; its data go with it unless they are kept as evidence. */
  stop(options: { keepData: boolean }): Promise<void>
}

export interface TestServers {
  /** Connected to as a role that may create databases. */
  readonly postgres: TestServer
  /** Null where there is no Redis: then queues are tested on Postgres alone. */
  readonly redis: TestServer | null
}

/** Each server is the one given, else a container, else one started from what npm and this machine have. */
export async function startTestServers(given: {
  postgresUrl: string | undefined
  redisUrl: string | undefined
}): Promise<TestServers> {
  const containers = given.postgresUrl && given.redisUrl ? null : await findContainers()
  return {
    postgres: given.postgresUrl
      ? givenServer(given.postgresUrl, 'DATABASE_URL')
      : await containerElse(containers?.startPostgres, startEmbeddedPostgres),
    redis: given.redisUrl
      ? givenServer(given.redisUrl, 'REDIS_URL')
      : await containerElse(containers?.startRedis, startPrivateRedis),
  }
}

function givenServer(url: string, variable: string): TestServer {
  return { url, origin: `given by ${variable}`, stop: () => Promise.resolve() }
}

/** An engine that answers may still be unable to get the image. */
async function containerElse<Server>(
  startContainer: (() => Promise<TestServer>) | undefined,
  startOwn: () => Promise<Server>,
): Promise<TestServer | Server> {
  if (!startContainer) return await startOwn()
  try {
    return await startContainer()
  } catch (error) {
    console.warn(`A container could not be started, going on without: ${error}`)
    return await startOwn()
  }
}

async function startEmbeddedPostgres(): Promise<TestServer> {
  const dataDir = await makeScratchFolder('postgres')
  const server = await startPostgres({ dataDir, settings: SCRATCH_SETTINGS })
  return {
    url: server.url('postgres'),
    origin: `embedded, in ${dataDir}`,
    stop: async ({ keepData }) => {
      await server.stop()
      if (keepData) console.log(`The data of Postgres are kept in ${await keepOnDisk(dataDir)}`)
      else await rm(dataDir, { recursive: true })
    },
  }
}

/** Only a crash of the whole machine could lose what is not flushed. */
const SCRATCH_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' }

/** Out of memory, and under a name that later runs leave alone. */
async function keepOnDisk(dataDir: string): Promise<string> {
  const kept = await mkdtemp(join(tmpdir(), 'ringledger-kept-postgres-'))
  await cp(dataDir, kept, { recursive: true })
  await rm(dataDir, { recursive: true })
  return kept
}

async function startPrivateRedis(): Promise<TestServer | null> {
  const dataDir = await makeScratchFolder('redis')
  const server = await startRedis({ dataDir })
  if (!server) {
    await rm(dataDir, { recursive: true })
    return null
  }
  return {
    url: server.url,
    origin: 'redis-server on the PATH',
    stop: async () => {
      await server.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}
