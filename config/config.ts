import { z } from 'zod'
import { EMERGENCY_NUMBERS } from './emergency-numbers.ts'
import { environment as givenEnvironment } from './environment.ts'
import {
  type MailConfig,
  mailConfig,
  OUTSIDE_VARIABLES,
  outsideFaults,
  type StripeConfig,
  stripeConfig,
  type WebhookConfig,
} from './outside-config.ts'
import { PAGE_VARIABLES, type PageConfig, pageConfig } from './page-config.ts'
import { WATCH_VARIABLES, type WatchConfig, watchConfig } from './watch-config.ts'

const shardList = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'must be shard numbers separated by commas')
  .transform((text) => text.split(',').map(Number))

const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  DATABASE_URL: url(['postgres:', 'postgresql:']),
  MIGRATE_DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(100).default(10),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be 1 to 40 of a-z 0-9 _ and start with a letter')
    .default('ringledger'),
  USAGE_SHARDS: z.coerce.number().int().min(1).max(64).default(2),
  WORKER_SHARDS: shardList.optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  ...WATCH_VARIABLES,
  EMERGENCY_NUMBERS,
  ...OUTSIDE_VARIABLES,
  ...PAGE_VARIABLES,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

/** The variables that are read; `.env.example` explains each. */
export const VARIABLES: readonly string[] = Object.keys(environment.shape)

export interface Config extends WatchConfig {
  readonly databaseUrl: string
  readonly migrateDatabaseUrl: string
  readonly databasePoolMax: number
  /** Null selects BullMQ's PostgreSQL back end on the ledger's own database. */
  readonly redisUrl: string | null
  readonly queuePrefix: string
  readonly usageShards: number
  /** The usage shards this process works on; all of them unless WORKER_SHARDS narrows it. */
  readonly workerShards: readonly number[]
  readonly port: number
  readonly host: string
  readonly logLevel: string
  /** Never refused, and free unless a rate names them: short codes, and E.164 with `+`. */
  readonly emergencyNumbers: ReadonlySet<string>
  /** Where customers find the product, without a slash at the end. */
  readonly publicUrl: string
  readonly stripe: StripeConfig | null
  readonly mail: MailConfig | null
  readonly webhooks: WebhookConfig
  readonly page: PageConfig
}

/** Names every fault of the environment at once, by variable and rule, never by value. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads and checks the environment. Throws a ConfigError that lists all faults; the values, which may be secrets,
 * are never part of it.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = givenEnvironment): Config {
  const read = readVariables(environment, env)
  const shards = Array.from({ length: read.USAGE_SHARDS }, (_, shard) => shard)
  const faults = crossFaults(read, shards)
  if (faults.length > 0) throw new ConfigError(faultList(faults))
  return Object.freeze({
    databaseUrl: read.DATABASE_URL,
    migrateDatabaseUrl: read.MIGRATE_DATABASE_URL ?? read.DATABASE_URL,
    databasePoolMax: read.DATABASE_POOL_MAX,
    redisUrl: read.REDIS_URL ?? null,
    queuePrefix: read.QUEUE_PREFIX,
    usageShards: read.USAGE_SHARDS,
    workerShards: read.WORKER_SHARDS ?? shards,
    port: read.PORT,
    host: read.HOST,
    logLevel: read.LOG_LEVEL,
    emergencyNumbers: read.EMERGENCY_NUMBERS,
    publicUrl: read.PUBLIC_URL ?? `http://${read.HOST}:${read.PORT}`,
    stripe: stripeConfig(read),
    mail: mailConfig(read),
    ...watchConfig(read),
    webhooks: { hosts: read.WEBHOOK_HOSTS, allowsLoopbackHttp: read.NODE_ENV !== 'production' },
    page: pageConfig(read),
  })
}

/** The emergency numbers alone, for a command that needs no database. Throws a ConfigError. */
export function loadEmergencyNumbers(env = givenEnvironment): ReadonlySet<string> {
  return readVariables(environment.pick({ EMERGENCY_NUMBERS: true }), env).EMERGENCY_NUMBERS
}

function readVariables<Variables>(
  schema: z.ZodType<Variables>,
  env: Readonly<Record<string, string | undefined>>,
): Variables {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new ConfigError(describeFaults(parsed.error.issues))
  return parsed.data
}

function crossFaults(read: z.infer<typeof environment>, shards: readonly number[]): string[] {
  const faults: string[] = []
  if (read.NODE_ENV === 'production' && read.REDIS_URL === undefined) {
    faults.push('REDIS_URL is missing: the PostgreSQL queue back end is refused under NODE_ENV=production')
  }
  if (read.WORKER_SHARDS?.some((shard) => !shards.includes(shard))) {
    faults.push('WORKER_SHARDS names a shard that USAGE_SHARDS does not have')
  }
  return [...faults, ...outsideFaults(read, read.NODE_ENV === 'production')]
}

function describeFaults(issues: readonly z.core.$ZodIssue[]): string {
  return faultList(
    issues.map((issue) => {
      const name = String(issue.path[0])
      const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
      return missing ? `${name} is missing` : `${name} ${issue.message}`
    }),
  )
}

function faultList(faults: readonly string[]): string {
  return `The environment is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nSee .env.example for every variable.`
}
