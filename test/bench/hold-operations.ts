import { Redis } from 'ioredis'
import pg from 'pg'
import type { HoldAsk } from '../../billing/hold.ts'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { createLog } from '../../config/logger.ts'
import { connect } from '../../db/connect.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import type { Ledger } from './ledgers.ts'
import type { Servers } from './servers.ts'
import { ACCOUNTS, accountId } from './usage-rows.ts'

/** One question about an account, asked by a client in this process. */
export interface HoldOperation {
  readonly name: 'select' | 'redisGet' | 'hold'
  run(ask: HoldAsk): Promise<void>
  close(): Promise<void>
}

/** The hold and its two ceilings; without a `redis-server` only one. */
export async function openOperations(ledger: Ledger, { redis }: Servers): Promise<HoldOperation[]> {
  const ceilings = [await openSelect(ledger), ...(redis ? [await openRedisGet(redis.url)] : [])]
  return [...ceilings, openHold(ledger)]
}

/** One more than the desk works with: the number at which this is fastest. */
const SELECT_CONNECTIONS = 3

/**
 * The balance alone. Many statements are on their way on each connection (`pipeline`), which is the fastest way that
 * works behind a transaction pooler too: it would lose the statements that a connection prepares by name.
 */
async function openSelect(ledger: Ledger): Promise<HoldOperation> {
  const connectionString = ledger.config({ usage: 1, worker: [] }).databaseUrl
  const clients = Array.from(
    { length: SELECT_CONNECTIONS },
    () => new pg.Client({ connectionString, pipeline: true }),
  )
  const log = createLog({ level: 'warn', process: 'bench' })
  for (const client of clients) client.on('error', (error) => log.error({ err: error }, 'connection error'))
  await Promise.all(clients.map((client) => client.connect()))
  let turn = 0
  return {
    name: 'select',
    run: async ({ account }) => {
      turn = (turn + 1) % SELECT_CONNECTIONS
      await clients[turn]?.query('select balance_micros from accounts where id = $1', [account])
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

/** Commands of all clients are on their way on one connection. */
async function openRedisGet(url: string): Promise<HoldOperation> {
  const client = new Redis(url, { enableAutoPipelining: true })
  const keyOf = (account: string) => `bench:balance:${account}`
  await Promise.all(Array.from({ length: ACCOUNTS }, (_, n) => client.set(keyOf(accountId(n)), '1000000')))
  return {
    name: 'redisGet',
    run: async ({ account }) => {
      await client.get(keyOf(account))
    },
    close: async () => {
      await client.quit()
    },
  }
}

/** Throws when an ask is refused. */
function openHold(ledger: Ledger): HoldOperation {
  const { databaseUrl, databasePoolMax, emergencyNumbers } = ledger.config({ usage: 1, worker: [] })
  const log = createLog({ level: 'warn', process: 'bench' })
  const onError = (error: Error) => log.error({ err: error }, 'connection error')
  const db = connect({ url: databaseUrl, poolMax: databasePoolMax, onError })
  const desk = new HoldDesk({
    db,
    log,
    clock: systemClock,
    newId: systemNewId,
    rateBook: createRateBook(db, emergencyNumbers),
    onCrossed: () => undefined,
  })
  return {
    name: 'hold',
    run: async (ask) => {
      const outcome = await desk.ask(ask)
      if (outcome.kind !== 'granted')
        throw new Error(`the bench's own ask was not granted: ${JSON.stringify(outcome)}`)
    },
    close: () => db.destroy(),
  }
}
