import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../db/migrate.ts'
import { startPostgres } from '../postgres-server.ts'

/** Nobody would miss what a crash loses; months pass within a minute, so that statistics have to keep up. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum_naptime: '1s',
}

/** Runs `work` on a migrated database of a Postgres of its own, which is gone afterwards. */
export async function withScratchPostgres<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringledger-simulation-'))
  try {
    const server = await startPostgres({ dataDir, settings: SETTINGS })
    try {
      const databaseUrl = server.url('postgres')
      await migrate(databaseUrl)
      return await work(databaseUrl)
    } finally {
      await server.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}
