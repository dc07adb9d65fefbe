import { sql } from 'kysely'
import { systemNewId } from '../../config/clock.ts'
import { createLog } from '../../config/logger.ts'
import { type StatementQuery, statementSql } from '../../db/statement.ts'
import { EXIT, runCommand } from '../../scripts/command.ts'
import { readCount } from '../../scripts/read-count.ts'
import { issueServiceKey } from '../../web/service-key.ts'
import { startWeb } from '../../web/start-web.ts'
import { ACTIVITY, BUSY_ACCOUNT, FIRST_DAY, fillBusyAccount, indexBusyAccount } from './activity-ledger.ts'
import { type Ledger, prepareLedgers } from './ledgers.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { startServers } from './servers.ts'
import { median, percentile } from './statistics.ts'
import { textTable } from './text-table.ts'

const HELP = `npm run bench:activity -- [--entries 1000000] [--rounds 21] [--plans]

Fills one account with so many entries, indexes them as the nightly run does, and asks the HTTP server for its activity by
every filter, and for its reports. Prints the median and the slowest of so many answers each, in milliseconds, and what
the index takes; with --plans also how Postgres answers each filter.
`

const ENTRIES_MAX = 100_000_000

/** The day on which the activity ends; the server's clock stands then. */
const NOW = new Date('2026-03-01T00:00:00Z')

const { ownNumber, leadNumber, neverCalled, callId } = ACTIVITY
const EARLY = { from: new Date('2025-12-10T00:00:00Z'), to: new Date('2025-12-11T00:00:00Z') }

type Filter = Partial<Omit<StatementQuery, 'account' | 'limit'>>

/** The first page of each. */
const FILTERS: Readonly<Record<string, Filter>> = {
  'no filter': {},
  'one day': EARLY,
  debits: { show: 'debits' },
  credits: { show: 'credits' },
  'credits of one day': { show: 'credits', ...EARLY },
  'item: calls': { item: 'phone_call' },
  'item: numbers (10 in all)': { item: 'phone_number' },
  'item: incoming texts (none)': { item: 'incoming_text' },
  'item: refunds (none)': { item: 'refund' },
  'number: own (every 20th)': { number: ownNumber },
  'number: a lead (5 calls)': { number: leadNumber },
  'number: a lead, one day': { number: leadNumber, ...EARLY },
  'number: never called': { number: neverCalled },
  'number: own, item: numbers': { number: ownNumber, item: 'phone_number' },
  'call: 4 records': { callId },
  'call: none': { callId: 'nowhere' },
}

const REPORTS: Readonly<Record<string, string>> = {
  'one call with its records': `calls/${callId}`,
  'balance history, 90 days in 100 points': `balance-history?from=${FIRST_DAY.toISOString()}`,
  'spend by item, 7 days': 'spend?by=item&from=2026-02-22T00:00:00Z',
  'spend by item, everything': `spend?by=item&from=${FIRST_DAY.toISOString()}`,
  'spend by day, everything': `spend?by=day&from=${FIRST_DAY.toISOString()}`,
  'spend by number, 7 days': 'spend?by=number&from=2026-02-22T00:00:00Z',
  'spend by agent, everything': `spend?by=agent&from=${FIRST_DAY.toISOString()}`,
  'recharge preview': 'recharge-preview?amount=100&threshold=20',
  notices: 'notices',
  'rates, first page': 'rates',
  'rates of one number': 'rates?number=%2B442071838750',
}

async function bench({
  entries,
  rounds,
  plans,
}: {
  entries: number
  rounds: number
  plans: boolean
}): Promise<void> {
  const servers = await startServers()
  try {
    const ledger = await (await prepareLedgers(servers, 1_000)).create()
    await fillBusyAccount(ledger.db, entries)
    const blocks = await indexBusyAccount(ledger.db)
    await printSizes(ledger, { blocks, entries })
    await measureAnswers(ledger, rounds)
    if (plans) for (const [name, filter] of Object.entries(FILTERS)) await printPlan(ledger, name, filter)
    await ledger.drop()
  } finally {
    await servers.stop()
  }
}

async function printSizes(
  { db }: Ledger,
  { blocks, entries }: { blocks: number; entries: number },
): Promise<void> {
  const { rows } = await sql<{ name: string; bytes: bigint }>`
    select name, case when name = 'usage_of_one_call' then pg_relation_size(name::regclass)
      else pg_total_relation_size(name::regclass) end as bytes
    from unnest(array['activity_blocks', 'usage_of_one_call', 'entries', 'usage_records']) as name`.execute(
    db,
  )
  for (const { name, bytes } of rows) {
    console.log(`${name}: ${(Number(bytes) / entries).toFixed(2)} bytes an entry`)
  }
  console.log(`${blocks} blocks\n`)
}

async function measureAnswers(ledger: Ledger, rounds: number): Promise<void> {
  const config = { ...ledger.config({ usage: 1, worker: [0] }), port: 0 }
  const log = createLog({ level: 'error', process: 'bench' })
  const deps = { clock: { now: () => NOW }, newId: systemNewId }
  const web = await startWeb({ config, log, ...deps })
  const key = await issueServiceKey(ledger.db, { name: 'bench', scopes: ['read'] }, deps)
  const rows: string[][] = [['', 'median', 'p90', 'slowest']]
  try {
    for (const [name, path] of pathsToAsk()) {
      const timesMs: number[] = []
      for (let round = 0; round < rounds; round++) {
        const startedAtMs = monotonicMs()
        const answer = await fetch(`${web.url}/v1/accounts/${BUSY_ACCOUNT}/${path}`, {
          headers: { authorization: `Bearer ${key}` },
        })
        const text = await answer.text()
        timesMs.push(monotonicMs() - startedAtMs)
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
      }
      const figures = [median(timesMs), percentile(timesMs, 90), Math.max(...timesMs)]
      rows.push([name, ...figures.map((ms) => `${ms.toFixed(1)} ms`)])
    }
  } finally {
    await web.stop(5_000)
    console.log(`${textTable(rows)}\n`)
  }
}

function pathsToAsk(): [string, string][] {
  const searches = Object.entries(FILTERS).map(([name, filter]): [string, string] => {
    const parameters = Object.entries(filter).map(([field, value]): [string, string] => [
      field,
      value instanceof Date ? value.toISOString() : String(value),
    ])
    return [`entries, ${name}`, `entries?${new URLSearchParams(parameters)}`]
  })
  return [...searches, ...Object.entries(REPORTS)]
}

const FIRST_PAGE: StatementQuery = {
  account: BUSY_ACCOUNT,
  ...{ from: null, to: null, show: 'all', item: null, number: null, callId: null, beforeSeq: null },
  limit: 51,
}

async function printPlan({ db }: Ledger, name: string, filter: Filter): Promise<void> {
  const { rows } = await sql<{ 'QUERY PLAN': string }>`
    explain (analyze, costs off, summary off, timing off, buffers off) ${statementSql({ ...FIRST_PAGE, ...filter })}`.execute(
    db,
  )
  console.log(`${name}\n${rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n')}\n`)
}

await runCommand({
  name: 'bench:activity',
  help: HELP,
  args: [],
  options: { entries: { type: 'string' }, rounds: { type: 'string' }, plans: { type: 'boolean' } },
  run: async ({ options: { entries = '1000000', rounds = '21', plans = false } }) => {
    await bench({
      entries: readCount(entries, '--entries', ENTRIES_MAX),
      rounds: readCount(rounds, '--rounds'),
      plans,
    })
    return EXIT.done
  },
})
