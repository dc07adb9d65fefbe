import { describe, expect, it, onTestFinished } from 'vitest'
import { connect, type Db } from '../../db/connect.ts'
import { adjust } from '../../db/corrections.ts'
import { listFindings } from '../../db/finding-list.ts'
import { readRun } from '../../db/run-list.ts'
import { inTransaction } from '../../db/transaction.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { ledgerProof } from '../../jobs/nightly/ledger-proof.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { createTestDatabase } from '../support/database.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { adjustment } from '../support/ledger.ts'
import { withClient } from '../support/pg-client.ts'
import { LogLines } from '../support/pipeline.ts'
import { DAY_MS, runContext } from '../support/runs.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'

/** Sunday's proof, of everything, is behind it; what a test breaks is not checked again at its end. */
async function setupProved() {
  const database = await createTestDatabase()
  const db = connect({ url: database.url, poolMax: 3, onError: () => undefined })
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
  })
  const clock = fakeClock('2026-03-02T12:00:00Z')
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  await importFlatCard(db, clock)
  const logged = new LogLines()
  const context = runContext({ db, clock }, logged)
  let calls = 0
  const proved = {
    db,
    clock,
    logged,
    /** Charges so many calls of 0.63 USD to acct_a. */
    charge: async (count: number) => {
      const records = Array.from({ length: count }, () => callRecord({ id: `call-${++calls}` }))
      await chargeRecords(context, records)
    },
    night: async () => {
      clock.advance(DAY_MS)
      await runOwedDates(context, ledgerProof)
    },
    /** As an intruder would who is superuser. */
    tamper: (sql: string) => tamper(database.ownerUrl, sql),
  }
  await proved.charge(5)
  await inTransaction(db, (tx) => adjust(tx, adjustment({ account: 'acct_b' }), clock.now()))
  await runOwedDates(context, ledgerProof)
  return proved
}

async function tamper(ownerUrl: string, sql: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    await client.query(`set session_replication_role = replica`)
    await client.query(sql)
  })
}

async function openFindings(db: Db) {
  const findings = await listFindings(db, { all: false, limit: 100 })
  return findings.map(({ kind, subject, evidence }) => ({ kind, subject, evidence }))
}

const brokenIn = (account: string, rule: string, seq: string | null) => [
  { kind: 'ledger_broken', subject: account, evidence: expect.objectContaining({ rule, seq }) },
]

describe('the nightly proof', () => {
  it('of a sound ledger finds nothing and moves each checkpoint to the last entry', async () => {
    const { db, charge, night } = await setupProved()
    await charge(3)
    await night()
    expect(await openFindings(db)).toEqual([])
    const checkpoints = db.selectFrom('ledger_checkpoints').select(['account_id', 'seq', 'balance_micros'])
    expect(await checkpoints.orderBy('account_id').execute()).toEqual([
      { account_id: 'acct_a', seq: 8n, balance_micros: -5_040_000n },
      { account_id: 'acct_b', seq: 1n, balance_micros: 25_000_000n },
    ])
    expect(await readRun(db, { kind: 'ledger-proof', date: '2026-03-02' })).toMatchObject({
      done: 2,
      refused: 0,
    })
  })

  it.each([
    [
      'an entry carries the running balance',
      'update entries set amount_micros = amount_micros - 1 where seq = 7',
      '7',
    ],
    [
      'an entry carries the running balance',
      `update entries set balance_after_micros = 0 where seq = 8 and account_id = 'acct_a'`,
      '8',
    ],
    ['entries are numbered without a gap', 'delete from entries where seq = 7', '8'],
    ['entries never go back in time', `update entries set posted_at = '2026-01-01' where seq = 7`, '7'],
    [
      'an entry has the contra of its item',
      `update entries set contra = 'clearing:stripe' where seq = 6`,
      '6',
    ],
    [
      'an entry of usage has the amount and item of its record',
      `update usage_records set amount_micros = 1 where id = 'call-7'`,
      '7',
    ],
    [
      'an entry of usage has the amount and item of its record',
      `delete from usage_records where id = 'call-6'`,
      '6',
    ],
    [
      'every charge comes out the same when it is rated again',
      `update usage_records set duration_ms = 999000 where id = 'call-7'`,
      '7',
    ],
    [
      'a stored balance is the sum of its entries',
      `update accounts set balance_micros = balance_micros + 1 where id = 'acct_a'`,
      null,
    ],
    ['the counter of an account is the number of its entries', `delete from entries where seq = 8`, null],
  ])('finds by its checkpoint that not %s: %s', async (rule, sql, seq) => {
    const { db, logged, charge, night, tamper } = await setupProved()
    await charge(3)
    await tamper(sql)
    await night()
    expect(await openFindings(db)).toEqual(brokenIn('acct_a', rule, seq))
    const alerts = logged.lines.filter(({ alert }) => alert)
    expect(alerts).toEqual([expect.objectContaining({ finding: 'ledger_broken', severity: 'critical' })])
    expect(await readRun(db, { kind: 'ledger-proof', date: '2026-03-02' })).toMatchObject({
      done: 1,
      refused: 1,
    })
  })

  it('finds what is broken every night until it is mended, alerts once, and then closes the finding', async () => {
    const { db, logged, charge, night, tamper } = await setupProved()
    await charge(3)
    await tamper('update entries set amount_micros = amount_micros - 1 where seq = 7')
    await night()
    await charge(2)
    await night()
    expect(await openFindings(db)).toEqual(brokenIn('acct_a', 'an entry carries the running balance', '7'))
    expect(logged.lines.filter(({ alert }) => alert)).toHaveLength(1)

    await tamper('update entries set amount_micros = amount_micros + 1 where seq = 7')
    await night()
    expect(await openFindings(db)).toEqual([])
    const [closed] = await listFindings(db, { all: true, limit: 1 })
    expect(closed).toMatchObject({ closedAt: expect.any(Date), closedBy: null })
  })

  it('proves an account of thousands of entries to its end', async () => {
    const { db, charge, night, tamper } = await setupProved()
    await charge(4_500)
    await tamper('update entries set balance_after_micros = 0 where seq = 4400')
    await night()
    expect(await openFindings(db)).toEqual(brokenIn('acct_a', 'an entry carries the running balance', '4400'))
    const { seq } = await db
      .selectFrom('ledger_checkpoints')
      .select('seq')
      .where('account_id', '=', 'acct_a')
      .executeTakeFirstOrThrow()
    expect(seq).toBe(4_399n)
  })
})

describe('the full pass on Sundays', () => {
  it('finds what was broken before the checkpoint, and every night after it does', async () => {
    const { db, night, tamper } = await setupProved()
    await tamper("update entries set posted_at = posted_at - interval '1 day' where seq = 3")
    for (const _ of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']) await night()
    expect(await openFindings(db), 'read no further back than the checkpoint').toEqual([])

    await night()
    const found = await openFindings(db)
    expect(found).toEqual(expect.arrayContaining(brokenIn('acct_a', 'entries never go back in time', '3')))
    await night()
    expect(await openFindings(db)).toEqual(found)
  })

  it('proves the rules that look at more than one account, and closes their findings when they hold', async () => {
    const { db, night, tamper } = await setupProved()
    const usage = `insert into usage_records (occurred_at, amount_micros, rate_version_id, rate_row, item, account_id, id,
      to_number) values ('2026-03-02', 5, 1, 1, 'outgoing_text', 'acct_a', 'without-entry', '1')`
    await tamper(usage)
    for (let day = 0; day < 7; day++) await night()
    expect(await openFindings(db)).toEqual([
      expect.objectContaining({
        kind: 'rule_broken',
        subject: expect.stringContaining('has one entry of its amount'),
      }),
    ])
    await tamper(`delete from usage_records where id = 'without-entry'`)
    for (let day = 0; day < 7; day++) await night()
    expect(await openFindings(db)).toEqual([])
  })
})
