import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../db/connect.ts'
import { readMadeStatement } from '../../db/monthly-statements-made.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { statementCsv } from '../../web/statement-csv.ts'
import { createTestDatabase } from '../support/database.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { withClient } from '../support/pg-client.ts'
import { runCommand } from '../support/run-command.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { runContext, runStatements } from '../support/statements.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'

const MARCH = ['--account', 'acct_a', '--month', '2026-03'] as const

/** A statement of three calls in a database that a test may break, which `setup` would then complain about. */
async function setupMarch() {
  const database = await createTestDatabase()
  const clock = fakeClock('2026-03-02T12:00:00Z')
  const db = connect({ url: database.url, poolMax: 2, onError: () => undefined })
  const scratch = await scratchFolder('statements')
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
    await scratch[Symbol.asyncDispose]()
  })
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  await importFlatCard(db, clock)
  const calls = ['call-1', 'call-2', 'call-3'].map((id) => callRecord({ id }))
  await chargeRecords(runContext({ db, clock }), calls)
  const asOwner = (sql: string) =>
    withClient(database.ownerUrl, (client) =>
      client.query(`set session_replication_role = replica; ${sql}; set session_replication_role = origin`),
    )
  return {
    db,
    clock,
    /** Changes what is append-only, as only an owner can. */
    asOwner,
    makeStatements: () => runStatements({ db, clock }, '2026-04-02T00:15:00Z'),
    verify: (...args: string[]) => runCommand(['verify-statement', ...args], { DATABASE_URL: database.url }),
    /** Saves the file of the statement, changed by `edit`. */
    saveCsv: async (edit: (csv: string) => string = (csv) => csv) => {
      const statement = await readMadeStatement(db, { account: 'acct_a', month: '2026-03' })
      if (!statement) throw new Error('there is no statement')
      const path = join(scratch.path, 'march.csv')
      await writeFile(path, edit(await text(Readable.from(statementCsv(db, statement)))))
      return path
    },
  }
}

async function setupMade() {
  const march = await setupMarch()
  await march.makeStatements()
  return march
}

describe('verify-statement', () => {
  it('explains itself, and refuses what it does not know', async () => {
    const help = await runCommand(['verify-statement', '--help'])
    expect(help).toMatchObject({ exit: 0, stderr: '' })
    expect(help.stdout).toContain('Usage: npm run -s verify-statement')
    for (const wrong of [
      ['--nonsense'],
      ['--month', '2026-03'],
      ['--account', 'acct_a', '--month', 'March'],
      [...MARCH, 'a.csv', 'b.csv'],
      [...MARCH, '-'],
    ]) {
      const refused = await runCommand(['verify-statement', ...wrong], { DATABASE_URL: 'postgres://nowhere' })
      expect(refused, wrong.join(' ')).toMatchObject({ exit: 2, stdout: '' })
      expect(refused.stderr).toContain('Try: npm run -s verify-statement -- --help')
    }
  })

  it('says that a statement is that of the ledger', async () => {
    const { verify } = await setupMade()
    expect(await verify(...MARCH)).toEqual({
      exit: 0,
      stdout: expect.stringMatching(
        /^ok {5}statement of acct_a for 2026-03: 3 entries, closing balance -1\.890000 USD, sha256 [0-9a-f]{64}\n$/,
      ),
      stderr: '',
    })
  })

  it('names the entry from which on the ledger does not continue', async () => {
    const { verify, asOwner } = await setupMade()
    await asOwner(`update entries set amount_micros = -1 where account_id = 'acct_a' and seq = 2`)
    expect(await verify(...MARCH)).toMatchObject({
      exit: 1,
      stdout:
        'BROKEN statement of acct_a for 2026-03\n' +
        '       entry 2 of account acct_a: its balance is not the one before plus its amount\n',
    })
  })

  it('says what differs where the ledger was changed so that it continues', async () => {
    const { verify, asOwner } = await setupMade()
    await asOwner(`update entries set amount_micros = amount_micros + 1000, balance_after_micros = balance_after_micros + 1000
      where account_id = 'acct_a' and seq = 3`)
    const { exit, stdout } = await verify(...MARCH)
    expect(exit).toBe(1)
    expect(stdout).toContain(
      'total of phone_call: the statement says -1.890000 in 3, its entries -1.889000 in 3\n',
    )
    expect(stdout).toContain('closing balance: the statement says -1.890000, its entries -1.889000\n')
    expect(stdout).toMatch(/hash: the statement says [0-9a-f]{64}, its entries [0-9a-f]{64}\n/)
  })

  it('takes the entries of a file alone', async () => {
    const { verify, saveCsv, asOwner } = await setupMade()
    const file = await saveCsv()
    await asOwner(`update entries set source = 'usage/other' where account_id = 'acct_a' and seq = 2`)
    expect(await verify(...MARCH, file)).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^ok /) })
    // The file shows which entry of the ledger was changed.
    expect(await verify(...MARCH)).toMatchObject({ exit: 1, stdout: expect.stringContaining('hash: ') })
  })

  it.each([
    [
      'an entry changed',
      (csv: string) => csv.replace('usage/call-2', 'usage/call-9'),
      'entry 2: the file has 2,phone_call,',
    ],
    [
      'an entry missing',
      (csv: string) => csv.replace(/^2,.*\r\n/m, ''),
      'entry 2: it is in the ledger and not in the file',
    ],
    [
      'its end missing',
      (csv: string) => csv.replace(/^3,.*\r\n/m, ''),
      'entry 3: it is in the ledger and not in the file',
    ],
    [
      'another opening balance',
      (csv: string) => csv.replace(',0.000000,', ',1.000000,'),
      'line opening_balance: the statement says 0.000000',
    ],
    ['another hash', (csv: string) => csv.replace(/sha256\/\w/, 'sha256/x'), 'line closing_balance: '],
  ] as const)('finds %s in a file', async (_what, edit, finding) => {
    const { verify, saveCsv } = await setupMade()
    const { exit, stdout } = await verify(...MARCH, await saveCsv(edit))
    expect(stdout).toMatch(/^BROKEN /)
    expect(stdout).toContain(finding)
    expect(exit).toBe(1)
  })

  it('refuses what is no file of a statement, by its line', async () => {
    const { verify, saveCsv } = await setupMade()
    const noNumber = await verify(...MARCH, await saveCsv((csv) => csv.replace(/^2,/m, 'two,')))
    expect(noNumber).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('line 4: cannot read entry "two"'),
    })
    const noColumn = await verify(...MARCH, await saveCsv((csv) => csv.replace('balanceAfter', 'balance')))
    expect(noColumn).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('there is no column balanceAfter'),
    })
    const noFile = await verify(...MARCH, 'no-such-file.csv')
    expect(noFile).toMatchObject({ exit: 2, stderr: expect.stringContaining('cannot read no-such-file.csv') })
  })

  it('says where there is no such statement or account', async () => {
    const { verify } = await setupMade()
    const noMonth = await verify('--account', 'acct_a', '--month', '2026-04')
    expect(noMonth).toMatchObject({ exit: 1, stderr: expect.stringContaining('has no statement of 2026-04') })
    const nobody = await verify('--account', 'nobody', '--month', '2026-03')
    expect(nobody).toMatchObject({ exit: 1, stderr: expect.stringContaining('there is no account nobody') })
  })
})

it('an account whose entries do not continue one another gets a finding and no statement, the others get theirs', async () => {
  const { db, asOwner, makeStatements } = await setupMarch()
  await asOwner(`delete from entries where account_id = 'acct_a' and seq = 2`)

  await makeStatements()

  const rows = await db.selectFrom('statements').select(['account_id', 'month']).execute()
  expect(rows).toEqual([{ account_id: 'acct_b', month: '2026-03' }])
  const finding = await db
    .selectFrom('findings')
    .select(['kind', 'subject', 'severity', 'account_id'])
    .where('kind', '=', 'statement_not_made')
    .executeTakeFirst()
  expect(finding).toEqual({
    kind: 'statement_not_made',
    subject: 'acct_a/2026-03',
    severity: 'critical',
    account_id: 'acct_a',
  })
  const run = await db
    .selectFrom('runs')
    .select(['done', 'refused'])
    .where('kind', '=', 'statements')
    .where('finished_at', 'is not', null)
    .executeTakeFirst()
  expect(run).toEqual({ done: 1, refused: 1 })
})
