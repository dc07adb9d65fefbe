import { sql } from 'kysely'
import { writeActivityBlocks } from '../../db/activity-blocks.ts'
import type { Db } from '../../db/connect.ts'
import { inTransaction } from '../../db/transaction.ts'
import { reportProgress } from './progress.ts'
import { accountId } from './usage-rows.ts'

/** The one account that has all the activity. */
export const BUSY_ACCOUNT = accountId(0)

export const FIRST_DAY = new Date('2025-12-01T00:00:00Z')
const DAYS = 90
const FILLED_AT_ONCE = 100_000
const BLOCKS_AT_ONCE = 100

/** What the busy account's activity looks like, for those who search in it. */
export const ACTIVITY = {
  /** One of twenty numbers of the account, in every 20th entry. */
  ownNumber: '+12035550107',
  /** Called five times in all, the last time early on. */
  leadNumber: '+14155000077',
  neverCalled: '+442071838750',
  /** Of an inbound call with three attempts, early on. */
  callId: 'IN100',
} as const

/**
 * Fills one account with so many entries of the last 90 days: four calls of five, every seventh record a text, three
 * Ring-Through attempts to every hundredth call, a number bought every 100 000 entries.
 */
export async function fillBusyAccount(db: Db, entries: number): Promise<void> {
  for (let first = 1; first < entries; first += FILLED_AT_ONCE) {
    reportProgress(`filling: ${first - 1} of ${entries} entries`)
    await insertUsage(db, { first, last: Math.min(first + FILLED_AT_ONCE, entries) - 1, of: entries })
  }
  await sql`
    update accounts set entry_seq = last.seq, balance_micros = last.balance_after_micros, last_posted_at = last.posted_at
    from (select * from entries where account_id = ${BUSY_ACCOUNT} order by seq desc limit 1) as last
    where accounts.id = ${BUSY_ACCOUNT}`.execute(db)
  await db.insertInto('auto_recharges').values({ account_id: BUSY_ACCOUNT, updated_at: FIRST_DAY }).execute()
}

/** Indexes all of it as the nightly run does. Returns the number of blocks. */
export async function indexBusyAccount(db: Db): Promise<number> {
  const next = { accounts: [BUSY_ACCOUNT], blocksMax: BLOCKS_AT_ONCE }
  let blocks = 0
  for (let written = Infinity; written > 0; blocks += written) {
    written = await inTransaction(db, (tx) => writeActivityBlocks(tx, next))
  }
  reportProgress('settling')
  await sql`vacuum (analyze)`.execute(db)
  return blocks
}

const AMOUNT_MICROS = 10_000

/** Records `first` to `last`, each with entry n + 1: the first entry is what the account was funded with. */
async function insertUsage(
  db: Db,
  { first, last, of }: { first: number; last: number; of: number },
): Promise<void> {
  const usage = sql`
    select n, 'CA' || md5('busy ' || n) as id, ${BUSY_ACCOUNT} as account_id,
      ${FIRST_DAY}::timestamptz + n * (interval '1 day' * ${DAYS} / ${of}::float8) as occurred_at,
      case when n % 100000 = 99999 then 'phone_number' when n % 100 in (1, 2, 3) then 'ring_through_attempt'
        when n % 7 = 0 then 'outgoing_text' else 'phone_call' end::item as item,
      '+120355501' || lpad((n % 20)::text, 2, '0') as from_number,
      '+1415500' || lpad((n * 7 % (${of}::bigint / 5 + 1))::text, 4, '0') as to_number
    from generate_series(${first}::bigint, ${last}::bigint) as n`
  await sql`
    insert into usage_records (account_id, id, item, kind, from_number, to_number, occurred_at, duration_ms,
      billed_seconds, segments, rate_version_id, rate_row, amount_micros, call_id, tags)
    select account_id, usage.id, item,
      case item when 'phone_call' then 'outbound' when 'phone_number' then 'purchase' end::usage_kind, from_number,
      to_number, occurred_at, case item when 'phone_call' then 60000 end, case item when 'phone_call' then 60 end,
      case item when 'outgoing_text' then 1 end, version.id, 1, ${AMOUNT_MICROS},
      case when n % 100 in (0, 1, 2, 3) then 'IN' || n / 100 end, jsonb_build_object('agent', 'agent ' || n % 50)
    from (${usage}) as usage, (select max(id) as id from rate_card_versions) as version`.execute(db)
  await sql`
    insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
    select account_id, n + 1, item, ('revenue:' || item)::contra, -${AMOUNT_MICROS}::bigint,
      (select amount_micros from entries where account_id = ${BUSY_ACCOUNT} and seq = 1) - ${AMOUNT_MICROS}::bigint * n,
      'usage/' || id, occurred_at, occurred_at
    from (${usage}) as usage`.execute(db)
}
