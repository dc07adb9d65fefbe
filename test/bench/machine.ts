import { availableParallelism, cpus, totalmem } from 'node:os'
import { Redis } from 'ioredis'
import { withClient } from '../support/pg-client.ts'
import type { Servers } from './servers.ts'

/** What the figures depend on; nothing that names the machine. */
export interface Machine {
  readonly processors: number
  readonly processorModel: string
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly postgresSettings: Readonly<Record<string, string>>
  readonly queueBackend: string
}

export async function describeMachine({ postgres, redis, settings }: Servers): Promise<Machine> {
  return {
    processors: availableParallelism(),
    processorModel: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres: await withClient(postgres.url('postgres'), async (client) => {
      const { rows } = await client.query<{ server_version: string }>('show server_version')
      return rows[0]?.server_version ?? 'unknown'
    }),
    postgresSettings: settings,
    queueBackend: redis ? `Redis ${await redisVersion(redis.url)}` : "BullMQ's PostgreSQL back end",
  }
}

async function redisVersion(url: string): Promise<string> {
  const client = new Redis(url)
  const info = await client.info('server')
  client.disconnect()
  return info.match(/redis_version:(\S+)/)?.[1] ?? 'of unknown version'
}
