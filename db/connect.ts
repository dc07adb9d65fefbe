import { Kysely } from 'kysely'
import pg from 'pg'
import { PipelinedDialect } from './pipelined-dialect.ts'
import type { Database } from './schema.ts'
import { TurnSocket } from './turn-socket.ts'

/** A handle for functions that may stand alone. */
export type Db = Kysely<Database>

const CONNECT_TIMEOUT_MS = 10_000
/** For queries outside transactions, where a server-side limit would be session state that a pooler loses. */
const QUERY_TIMEOUT_MS = 60_000
const IDLE_TIMEOUT_MS = 30_000

const INT8_OID = pg.types.builtins.INT8
const DATE_OID = pg.types.builtins.DATE

/**
 * Opens a pool. `bigint` columns arrive as bigint and `date` columns as text, on this pool only. A connection that
 * dies, idle or busy, is reported to `onError` and replaced; it never ends the process.
 */
export function connect(settings: {
  url: string
  poolMax: number
  queryTimeoutMs?: number
  onError: (error: Error) => void
}): Db {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.poolMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    query_timeout: settings.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
    keepAlive: true,
    // Statements that do not wait for each other's answers are sent at once.
    pipeline: true,
    stream: () => new TurnSocket(),
    types: { getTypeParser },
  })
  pool.on('error', settings.onError)
  pool.on('connect', (client) => client.on('error', settings.onError))
  const db = new Kysely<Database>({ dialect: new PipelinedDialect(pool) })
  pools.set(db, pool)
  return db
}

/** Connections of a pool at this moment. */
export interface PoolUse {
  readonly busy: number
  readonly idle: number
  /** Queries that wait for a connection. */
  readonly waiting: number
}

export function readPoolUse(db: Db): PoolUse {
  const pool = pools.get(db)
  if (!pool) throw new Error('this handle was not opened by connect')
  const { totalCount, idleCount, waitingCount } = pool
  return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount }
}

const pools = new WeakMap<Db, pg.Pool>()

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8_OID) return BigInt
  if (oid === DATE_OID) return String
  return pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format)
}
