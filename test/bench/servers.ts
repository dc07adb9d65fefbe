import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type PostgresServer, startPostgres } from '../../sandbox/postgres-server.ts'
import { type RedisServer, startRedis } from '../../sandbox/redis-server.ts'

/** The servers that every scenario of a run shares. */
export interface Servers {
  readonly postgres: PostgresServer
  /** Null where there is no `redis-server`: then the queues are on BullMQ's PostgreSQL back end. */
  readonly redis: RedisServer | null
  readonly settings: Readonly<Record<string, string>>
  /** Forgets what finished queues keep, so that they cost later ones nothing. */
  emptyRedis(): Promise<void>
  /** Ends them and removes their data. */
  stop(): Promise<void>
}

/** A quarter of the memory is what Postgres' manual advises. */
const SHARED_BUFFERS_MIB = Math.min(Math.floor(totalmem() / 4 / 2 ** 20), 4_096)

/**
 * A commit is on disk when it is acknowledged; checkpoints come so rarely that none falls into a scenario. Files of the log
 * are kept to be written again, as on a server that has been up for long: to make a new one holds up every commit for 50 ms.
 */
const POSTGRES_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: `${SHARED_BUFFERS_MIB}MB`,
  max_wal_size: '8GB',
  min_wal_size: '8GB',
  checkpoint_timeout: '30min',
}

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'ringledger-bench-'))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings: POSTGRES_SETTINGS })
  const redis = await startRedis({ dataDir: join(folder, 'redis') })
  const client = redis && new Redis(redis.url)
  return {
    postgres,
    redis,
    settings: POSTGRES_SETTINGS,
    emptyRedis: async () => {
      await client?.flushall()
    },
    stop: async () => {
      client?.disconnect()
      await redis?.stop()
      await postgres.stop()
      await rm(folder, { recursive: true })
    },
  }
}
