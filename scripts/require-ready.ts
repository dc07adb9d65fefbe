import { readSchemaState } from '../db/schema-state.ts'
import type { Runtime } from '../sandbox/runtime.ts'
import { findEvictionPolicy } from '../workers/eviction-policy.ts'
import { Refused } from './command.ts'

/** Refuses to go on where the schema is older than this build, or Redis may throw jobs away. */
export async function requireReady({ config, db }: Pick<Runtime, 'config' | 'db'>): Promise<void> {
  const { missing } = await readSchemaState(db)
  if (missing.length > 0) {
    throw new Refused(`the database lacks ${missing.join(', ')}: run npm run -s migrate first`)
  }
  if (config.redisUrl === null) return
  const policy = await findEvictionPolicy(config.redisUrl)
  if (policy !== null) {
    throw new Refused(
      `Redis may evict jobs (maxmemory-policy is ${policy}): set it to noeviction, in redis.conf or with CONFIG SET`,
    )
  }
}
