import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig, VARIABLES } from '../../config/config.ts'

const DATABASE_URL = 'postgres://ledger:geheim@db.example/live'

describe('the configuration', () => {
  it('needs a database alone', () => {
    expect(loadConfig({ DATABASE_URL })).toEqual({
      databaseUrl: DATABASE_URL,
      migrateDatabaseUrl: DATABASE_URL,
      databasePoolMax: 10,
      redisUrl: null,
      queuePrefix: 'ringledger',
      usageShards: 2,
      workerShards: [0, 1],
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'info',
    })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ DATABASE_URL, REDIS_URL: '', PORT: '' })).toEqual(loadConfig({ DATABASE_URL }))
  })

  it('names every fault at once and never a value', () => {
    const env = {
      DATABASE_URL: 'mysql://root:geheim@db',
      REDIS_URL: 'geheim',
      PORT: '70000',
      WORKER_SHARDS: 'all',
    }

    const message = faultOf(env)

    expect(message).toMatch(/- DATABASE_URL .*- REDIS_URL .*- WORKER_SHARDS .*- PORT /s)
    for (const value of ['geheim', 'mysql', '70000', 'all\n']) expect(message).not.toContain(value)
  })

  it.each([
    { rule: 'a database', env: {}, says: 'DATABASE_URL is missing' },
    {
      rule: 'Redis in production',
      env: { DATABASE_URL, NODE_ENV: 'production' },
      says: 'REDIS_URL is missing: the PostgreSQL queue back end is refused under NODE_ENV=production',
    },
    {
      rule: 'only shards that there are',
      env: { DATABASE_URL, USAGE_SHARDS: '2', WORKER_SHARDS: '1,2' },
      says: 'WORKER_SHARDS names a shard that USAGE_SHARDS does not have',
    },
  ])('insists on $rule', ({ env, says }) => {
    expect(faultOf(env)).toContain(says)
  })
})

describe('.env.example', () => {
  const example = parseEnv(readFileSync(join(import.meta.dirname, '..', '..', '.env.example'), 'utf8'))

  it('names every variable that is read, and no other', () => {
    expect(Object.keys(example).sort()).toEqual([...VARIABLES].sort())
  })

  it('is a working configuration', () => {
    expect(loadConfig(example)).toMatchObject({ usageShards: 2, queuePrefix: 'ringledger' })
  })
})

function faultOf(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return expect.unreachable('no fault was found')
}
