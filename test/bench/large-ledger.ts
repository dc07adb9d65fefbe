import { sql } from 'kysely'
import type { Db } from '../../db/connect.ts'
import { checkAndDrop } from './check-ledger.ts'
import { type Measurement, measure } from './measure.ts'
import { startPipeline } from './pipeline.ts'
import { reportProgress } from './progress.ts'
import type { Rig } from './rig.ts'
import type { ScenarioRows } from './row-supply.ts'
import { runQueueScenario } from './run-queue-scenario.ts'
import { BATCHED } from './scenarios.ts'
import { ACCOUNTS, usageRows } from './usage-rows.ts'

const FILLED_AT_ONCE = 500_000

export interface OnLargeLedger {
  readonly large: Measurement
  readonly empty: Measurement
}

/**
 * `batched` on a ledger with so many entries, with new rows each time, and after each of them once more with `rows` on
 * an empty ledger.
 */
export async function measureLargeLedger(
  rig: Rig,
  entries: number,
  { rounds, rows }: { rounds: number; rows: ScenarioRows },
): Promise<OnLargeLedger[]> {
  const ledger = await rig.ledgers.create()
  await fill(ledger.db, entries)
  const rowsOfRound = rows.warmUp.length + rows.counted.length
  const measured: OnLargeLedger[] = []
  for (let round = 0; round < rounds; round++) {
    reportProgress(`round ${round + 1} of ${rounds}: batched on ${entries} entries`)
    const newRows = usageRows({ first: round * rowsOfRound, count: rowsOfRound, accounts: ACCOUNTS })
    const pipeline = await startPipeline(rig, ledger, BATCHED)
    await pipeline.run(newRows.slice(0, rows.warmUp.length))
    const counted = newRows.slice(rows.warmUp.length)
    const large = await measure(rig, counted.length, () => pipeline.run(counted))
    await pipeline.stop()
    const empty = (await runQueueScenario(rig, BATCHED, rows)).get('batched')
    if (empty) measured.push({ large, empty })
  }
  reportProgress('checking the large ledger')
  checkAndDrop(rig, ledger, { scenario: 'large ledger', charged: entries + rounds * rowsOfRound })
  return measured
}

async function fill(db: Db, entries: number): Promise<void> {
  for (let first = 0; first < entries; first += FILLED_AT_ONCE) {
    reportProgress(`filling the large ledger: ${first} of ${entries} entries`)
    await insertCharges(db, { first, count: Math.min(FILLED_AT_ONCE, entries - first) })
  }
  await setBalances(db)
  reportProgress('settling the large ledger')
  await sql`vacuum (analyze)`.execute(db)
  await sql`checkpoint`.execute(db)
}

const AMOUNT_MICROS = 10_000

/** Calls in the order of time, the accounts in turn, every one at the same price. */
async function insertCharges(db: Db, { first, count }: { first: number; count: number }): Promise<void> {
  const usage = sql`
    select n, 'acct_' || lpad((n % ${ACCOUNTS})::text, 4, '0') as account_id, 'CA' || md5('filled ' || n) as id,
      timestamptz '2025-06-01Z' + n * interval '1 second' as occurred_at, n / ${ACCOUNTS} + 1 as nth
    from generate_series(${first}::bigint, ${first + count - 1}::bigint) as n`
  await sql`
    insert into usage_records (account_id, id, item, kind, from_number, to_number, occurred_at, duration_ms,
      billed_seconds, rate_version_id, rate_row, amount_micros)
    select account_id, usage.id, 'phone_call', 'outbound', '+12035550100', '+' || (20000000000 + n)::text, occurred_at, 60000,
      60, version.id, 1, ${AMOUNT_MICROS}
    from (${usage}) as usage, (select max(id) as id from rate_card_versions) as version`.execute(db)
  await sql`
    insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
    select account_id, nth + 1, 'phone_call', 'revenue:phone_call', -${AMOUNT_MICROS}::bigint,
      funds.amount_micros - ${AMOUNT_MICROS}::bigint * nth, 'usage/' || usage.id, usage.occurred_at, funds.posted_at
    from (${usage}) as usage join (select * from entries where seq = 1) as funds using (account_id)`.execute(
    db,
  )
}

/** Everything was posted in one hour, and that is what it was spent in. */
async function setBalances(db: Db): Promise<void> {
  await sql`
    update accounts set entry_seq = last.seq, balance_micros = last.balance_after_micros,
      spend_hour = date_trunc('hour', last.posted_at, 'UTC'),
      hour_spent_micros = ${AMOUNT_MICROS} * (last.seq - 1), day_spent_micros = ${AMOUNT_MICROS} * (last.seq - 1)
    from (select distinct on (account_id) * from entries order by account_id, seq desc) as last
    where last.account_id = accounts.id`.execute(db)
}
