import { rm } from 'node:fs/promises'
import { migrate } from '../../db/migrate.ts'
import { type PostgresServer, startPostgres } from '../../sandbox/postgres-server.ts'
import type { TestDatabase } from './database.ts'
import { makeScratchFolder } from './scratch-folder.ts'

/** A database on a server of its own, for tests that stop it or change its settings. */
export interface OwnPostgres extends TestDatabase {
  /** Ends sessions at once, then the server. */
  stop(): Promise<void>
  /** Ends it as a crash of the machine would. */
  crash(): Promise<void>
  /** Starts it again where it was. */
  start(): Promise<void>
}

export async function createOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await makeScratchFolder('own-postgres')
  let server: PostgresServer = await startPostgres({ dataDir, settings: SETTINGS })
  const { port } = server
  const url = server.url('postgres')
  await migrate(url)
  return {
    name: `postgres in ${dataDir}`,
    url,
    ownerUrl: url,
    stop: () => server.stop(),
    crash: async () => {
      process.kill(server.pid, 'SIGKILL')
      await server.exited
    },
    start: async () => {
      server = await startPostgres({ dataDir, port, settings: SETTINGS })
    },
    drop: async () => {
      await server.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}

const SETTINGS = { max_connections: '60', shared_buffers: '32MB' }
