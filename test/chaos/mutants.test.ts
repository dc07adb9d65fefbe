import { expect, it, onTestFinished } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { systemNewId } from '../../config/clock.ts'
import { connect, type Db } from '../../db/connect.ts'
import { adjust } from '../../db/corrections.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { claimOwedJobs, enqueue } from '../../db/outbox.ts'
import { inTransaction } from '../../db/transaction.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { createTestDatabase } from '../support/database.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { callAsk } from '../support/holds.ts'
import { interceptStatements } from '../support/intercept-statements.ts'
import { withClient } from '../support/pg-client.ts'
import { countSessions } from '../support/pg-sessions.ts'
import { LogLines } from '../support/pipeline.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'

interface Bench {
  readonly db: Db
  readonly ownerUrl: string
  readonly clock: FakeClock
}

/** A guard, how to take it away, something that it stands against, and the rule that is seen to break without it. */
interface Mutant {
  readonly guard: string
  readonly ddl?: string
  readonly statement?: { readonly from: RegExp; readonly to: string }
  readonly attempt: (bench: Bench) => Promise<unknown>
  readonly breaks: string
}

const ACCOUNT_LOCK = { from: /order by id for no key update/, to: '' }
const BALANCE = 'a stored balance is the sum of its entries and its counter is their number'
const USAGE = 'usage that costs something has one entry of its amount and item, usage that is free has none'
const ORDER = 'entries are numbered without a gap, carry the running balance and never go back in time'
const HELD = 'an account holds the sum of its open holds and has as many open calls'
const REFUSED = 'the database refuses no record'
const HANDED_OVER = 'follow-up work is handed over once'

const MUTANTS: readonly Mutant[] = [
  {
    guard: 'the primary key of usage_records',
    ddl: 'alter table usage_records drop constraint usage_records_pkey',
    attempt: (bench) => charge(bench, '1').then(() => charge(bench, '1')),
    breaks: USAGE,
  },
  {
    guard: 'one_entry_per_source',
    ddl: 'drop index one_entry_per_source',
    attempt: (bench) => asOwner(bench, ENTRY_TWICE),
    breaks: 'what is not usage has one entry for each source',
  },
  {
    guard: 'the append-only trigger of entries',
    ddl: 'drop trigger entries_are_append_only on entries',
    attempt: (bench) =>
      charge(bench, '1').then(() => asOwner(bench, 'update entries set amount_micros = amount_micros + 1')),
    breaks: BALANCE,
  },
  {
    guard: 'the append-only trigger of usage_records',
    ddl: 'drop trigger usage_records_are_append_only on usage_records',
    attempt: (bench) => charge(bench, '1').then(() => asOwner(bench, 'delete from usage_records')),
    breaks: USAGE,
  },
  { guard: 'the account lock', statement: ACCOUNT_LOCK, attempt: chargeAtOnce, breaks: REFUSED },
  {
    guard: 'the account lock and the primary key of entries',
    ddl: 'alter table entries drop constraint entries_pkey',
    statement: ACCOUNT_LOCK,
    attempt: chargeAtOnce,
    breaks: BALANCE,
  },
  {
    guard: 'the floor of posted_at',
    statement: { from: /greatest\(last_posted_at, (\$\d+::timestamptz)\)/, to: '$1' },
    attempt: async (bench) => {
      await charge(bench, '1')
      bench.clock.advance(-60_000)
      await charge(bench, '2')
    },
    breaks: ORDER,
  },
  {
    guard: 'the lock of what an account holds',
    statement: { from: /order by account_id for no key update\s+(skip locked)?/, to: '' },
    attempt: askAtOnce,
    breaks: HELD,
  },
  {
    guard: 'the row locks of the outbox',
    statement: { from: /for update skip locked/, to: '' },
    attempt: claimAtOnce,
    breaks: HANDED_OVER,
  },
]

it.each(MUTANTS)('only with $guard holds that $breaks', async ({ attempt, breaks, ...guard }) => {
  expect(await brokenBy(attempt, {})).toEqual([])
  expect(await brokenBy(attempt, guard)).toContain(breaks)
})

async function brokenBy(
  attempt: Mutant['attempt'],
  { ddl, statement }: Pick<Mutant, 'ddl' | 'statement'>,
): Promise<string[]> {
  const database = await createTestDatabase()
  const db = connect({ url: database.url, poolMax: 5, onError: (error) => expect.fail(error.message) })
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
  })
  const bench = { db, ownerUrl: database.ownerUrl, clock: fakeClock('2026-03-02T12:00:00Z') }
  await openAccounts(db, bench.clock, ['acct_a'])
  await importFlatCard(db, bench.clock)
  if (ddl) await asOwner(bench, ddl)
  let changed = 0
  using _ = interceptStatements((text) => {
    const sent = statement ? text.replace(statement.from, statement.to) : text
    if (sent !== text) changed += 1
    return sent
  })
  await Promise.allSettled([attempt(bench)]) // a guard may refuse the whole attempt
  if (statement) expect(changed, 'statements without their guard').toBeGreaterThan(0)
  return await rulesBroken(db)
}

async function rulesBroken(db: Db): Promise<string[]> {
  const findings = await checkInvariants(db)
  const refused = await db.selectFrom('unrated_usage').select('reason').execute()
  const handedOver = await db.selectFrom('outbox').select('hand_overs').where('hand_overs', '>', 1).execute()
  const others = [...refused.map(() => REFUSED), ...handedOver.map(() => HANDED_OVER)]
  return [...new Set([...findings.map(({ invariant }) => invariant), ...others])]
}

async function charge({ db, clock }: Bench, id: string) {
  const rateBook = createRateBook(db)
  return await chargeRecords({ db, clock, newId: systemNewId, rateBook }, [callRecord({ id })])
}

/** Two charges that both see the account before either has changed it, unless they take turns. */
async function chargeAtOnce(bench: Bench): Promise<void> {
  await withClient(bench.ownerUrl, async (holder) => {
    await holder.query('begin; select from accounts for update')
    const charging = [charge(bench, '1'), charge(bench, '2')]
    const waiting = () => countSessions(bench.ownerUrl, `wait_event_type = 'Lock'`)
    await expect.poll(waiting, { timeout: 10_000 }).toBe(2)
    await holder.query('commit')
    await Promise.all(charging)
  })
}

/** Two desks that both see the credit before either has promised it, unless they take turns. */
async function askAtOnce({ db, ownerUrl, clock }: Bench): Promise<void> {
  const credit = {
    account: 'acct_a',
    id: 'credit',
    amount: parseUsd('0.60'),
    reason: 'test',
    postedBy: 'test',
  }
  await inTransaction(db, (tx) => adjust(tx, credit, clock.now()))
  const log = new LogLines().log
  const rateBook = createRateBook(db)
  await withClient(ownerUrl, async (holder) => {
    await holder.query('begin; select from account_holds for update')
    const asking = ['r1', 'r2'].map((requestId) => {
      const deps = { db, clock, newId: systemNewId, rateBook, log, onCrossed: () => undefined }
      return new HoldDesk(deps).ask(callAsk({ requestId }))
    })
    const waiting = () => countSessions(ownerUrl, `wait_event_type = 'Lock'`)
    await expect.poll(waiting, { timeout: 10_000 }).toBe(2)
    await holder.query('commit')
    await Promise.all(asking)
  })
}

/** A relay that looks while another one is still claiming. */
async function claimAtOnce({ db, ownerUrl, clock }: Bench): Promise<void> {
  const job = { id: systemNewId(), account: 'acct_a', job: 'recharge-account', payload: { v: 1 } }
  await inTransaction(db, (tx) => enqueue(tx, [job], clock.now()))
  const claim = { now: clock.now(), handedBefore: clock.now(), limit: 10 }
  const first = await db.startTransaction().execute()
  await claimOwedJobs(first, claim)
  let isDone = false
  const second = claimOwedJobs(db, claim).finally(() => {
    isDone = true
  })
  const isWaiting = async () => isDone || (await countSessions(ownerUrl, `wait_event_type = 'Lock'`)) > 0
  await expect.poll(isWaiting, { timeout: 10_000 }).toBe(true)
  await first.commit().execute()
  await second
}

async function asOwner({ ownerUrl }: Pick<Bench, 'ownerUrl'>, statement: string): Promise<void> {
  await withClient(ownerUrl, (client) => client.query(statement))
}

/** What a second posting of one adjustment would write. */
const ENTRY_TWICE = `
  insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
  select 'acct_a', n, 'adjustment', 'expense:adjustment', 1, n, 'adjustment/1', now(), now() from generate_series(1, 2) n;
  update accounts set balance_micros = 2, entry_seq = 2, last_posted_at = now() where id = 'acct_a'`
