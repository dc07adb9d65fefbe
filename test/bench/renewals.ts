import { sql } from 'kysely'
import { systemNewId } from '../../config/clock.ts'
import { createLog } from '../../config/logger.ts'
import { connect } from '../../db/connect.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import type { RunContext } from '../../jobs/nightly-run.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { renewals } from '../../jobs/renewals.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { EXIT, runCommand } from '../../scripts/command.ts'
import { readCount } from '../../scripts/read-count.ts'
import { insertNumbers } from '../support/many-numbers.ts'
import { NUMBER_RATES } from '../support/number-rates.ts'
import { Aftercare } from './aftercare.ts'
import { type Ledger, prepareLedgers } from './ledgers.ts'
import { type Measurement, measure } from './measure.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { type Servers, startServers } from './servers.ts'

const HELP = `npm run bench:renewals -- [--numbers 100000] [--accounts 10000] [--rounds 3]

Measures one night in which so many numbers of so many accounts are due: each is charged a month, on a database of its own
each round. Prints the rate, and the processor time of one renewal in microseconds.
`

const BOUGHT_AT = new Date('2026-01-05T00:00:00Z')
const NIGHT = new Date('2026-02-06T00:30:00Z')

const NUMBERS_MAX = 10_000_000

await runCommand({
  name: 'bench:renewals',
  help: HELP,
  args: [],
  options: { numbers: { type: 'string' }, accounts: { type: 'string' }, rounds: { type: 'string' } },
  run: async ({ options: { numbers = '100000', accounts = '10000', rounds = '3' } }) => {
    const night = {
      count: readCount(numbers, '--numbers', NUMBERS_MAX),
      accounts: readCount(accounts, '--accounts', NUMBERS_MAX),
    }
    await measureNights(readCount(rounds, '--rounds'), night)
    return EXIT.done
  },
})

interface Night {
  /** Of numbers. */
  readonly count: number
  readonly accounts: number
}

async function measureNights(rounds: number, night: Night): Promise<void> {
  const servers = await startServers()
  try {
    const ledgers = await prepareLedgers(servers, 1)
    for (let round = 1; round <= rounds; round++) {
      const ledger = await ledgers.create()
      await fill(ledger, night)
      const { recordsPerSecond, cpuMicros } = await measureNight(servers, ledger, night.count)
      console.log(`round ${round}: ${Math.round(recordsPerSecond)} renewals a second`, cpuMicros)
      await ledger.drop()
    }
  } finally {
    await servers.stop()
  }
}

async function fill({ db }: Ledger, night: Night): Promise<void> {
  await importRateCard(db, { name: 'bench', account: null, rates: NUMBER_RATES }, NIGHT)
  await insertNumbers(db, { ...night, boughtAt: BOUGHT_AT })
  await sql`vacuum (analyze)`.execute(db)
  await sql`checkpoint`.execute(db)
}

/** Throws when not every number was charged. */
async function measureNight(servers: Servers, ledger: Ledger, count: number): Promise<Measurement> {
  const { databaseUrl } = ledger.config({ usage: 1, worker: [0] })
  const db = connect({ url: databaseUrl, poolMax: 2, onError: (error) => console.error(error.message) })
  const processes = { node: [process.pid], postmaster: servers.postgres.pid, redis: null }
  const night = await measure({ processes, aftercare: new Aftercare() }, count, async () => {
    const startedAtMs = monotonicMs()
    await runOwedDates(contextOf(db), renewals)
    return { startedAtMs, endedAtMs: monotonicMs() }
  })
  const { rows } = await sql<{ charged: number }>`
    select count(*)::integer as charged from entries where source like 'renewal/%'`.execute(db)
  await db.destroy()
  if (rows[0]?.charged !== count) throw new Error(`${rows[0]?.charged} of ${count} numbers were charged`)
  return night
}

function contextOf(db: RunContext['db']): RunContext {
  return {
    db,
    log: createLog({ level: 'warn', process: 'bench' }),
    clock: { now: () => NIGHT },
    newId: systemNewId,
    rateBook: createRateBook(db),
    stripe: null,
    publicUrl: 'https://billing.example.com',
    wake: () => Promise.resolve(),
  }
}
