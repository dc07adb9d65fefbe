import { sql } from 'kysely'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import { type Config, loadConfig } from '../../config/config.ts'
import { connect, type Db } from '../../db/connect.ts'
import { migrate } from '../../db/migrate.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { migrateQueues } from '../../jobs/queues.ts'
import { withClient } from '../support/pg-client.ts'
import type { Servers } from './servers.ts'
import { ACCOUNTS, accountId, cardCsv } from './usage-rows.ts'

const TEMPLATE = 'bench_template'

/** A database of its own with funded accounts, a rate card and no usage. */
export interface Ledger {
  readonly db: Db
  /** What a process needs to work on it, with this many usage shards. */
  config(shards: { usage: number; worker: readonly number[] }): Config
  drop(): Promise<void>
}

export interface Ledgers {
  create(): Promise<Ledger>
}

/** Makes the template from which each scenario's ledger is copied. */
export async function prepareLedgers(servers: Servers, rates: number): Promise<Ledgers> {
  const serverUrl = servers.postgres.url('postgres')
  await withClient(serverUrl, (client) => client.query(`create database ${TEMPLATE}`))
  await fillTemplate(servers, rates)
  let made = 0
  return {
    create: async () => {
      await servers.emptyRedis()
      made += 1
      const name = `bench_${made}`
      await withClient(serverUrl, (client) => client.query(`create database ${name} template ${TEMPLATE}`))
      return openLedger(servers, name)
    },
  }
}

function openLedger(servers: Servers, name: string): Ledger {
  const url = servers.postgres.url(name)
  const db = connect({ url, poolMax: 1, onError: reportError })
  return {
    db,
    config: (shards) => configOf(servers, { url, ...shards }),
    drop: async () => {
      await db.destroy()
      await withClient(servers.postgres.url('postgres'), (client) =>
        client.query(`drop database ${name} with (force)`),
      )
    },
  }
}

async function fillTemplate(servers: Servers, rates: number): Promise<void> {
  const url = servers.postgres.url(TEMPLATE)
  await migrate(url)
  const config = configOf(servers, { url, usage: 1, worker: [0] })
  if (config.redisUrl === null) await migrateQueues(config)
  const db = connect({ url, poolMax: 1, onError: reportError })
  const card = parseRateCard(Buffer.from(cardCsv(rates)), { account: null })
  if ('faults' in card) throw new Error(`the bench's own card is refused: ${card.faults[0]?.message}`)
  await importRateCard(db, { name: 'bench', account: null, rates: card.rates }, new Date())
  await openAccounts(db)
  await sql`vacuum (analyze)`.execute(db)
  await db.destroy()
}

/** Far above every threshold, so that no recharge job joins the measured work. */
const FUNDS_MICROS = 1_000_000_000_000n

async function openAccounts(db: Db): Promise<void> {
  const now = new Date()
  const ids = Array.from({ length: ACCOUNTS }, (_, n) => accountId(n))
  await db
    .insertInto('accounts')
    .values(
      ids.map((id) => ({
        id,
        time_zone: 'America/New_York',
        balance_micros: FUNDS_MICROS,
        entry_seq: 1n,
        last_posted_at: now,
        created_at: now,
      })),
    )
    .execute()
  await db
    .insertInto('service_states')
    .values(
      ids.map((id) => ({
        account_id: id,
        state: 'active' as const,
        reason: null,
        since: now,
        look_at: null,
        looked_entry_seq: 1n,
      })),
    )
    .execute()
  await db
    .insertInto('entries')
    .values(
      ids.map((id) => ({
        account_id: id,
        seq: 1n,
        item: 'promotion' as const,
        contra: 'expense:promotion' as const,
        amount_micros: FUNDS_MICROS,
        balance_after_micros: FUNDS_MICROS,
        source: `promotion/${id}`,
        occurred_at: now,
        posted_at: now,
      })),
    )
    .execute()
}

function configOf(
  servers: Servers,
  { url, usage, worker }: { url: string; usage: number; worker: readonly number[] },
): Config {
  return loadConfig({
    DATABASE_URL: url,
    REDIS_URL: servers.redis?.url,
    QUEUE_PREFIX: 'bench',
    USAGE_SHARDS: String(usage),
    WORKER_SHARDS: worker.join(','),
    LOG_LEVEL: 'warn',
  })
}

function reportError(error: Error): void {
  process.stderr.write(`connection error: ${error.message}\n`)
}
