import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { createAccount } from '../../db/accounts.ts'
import type { Db } from '../../db/connect.ts'
import { promote } from '../../db/corrections.ts'
import { listStatements } from '../../db/monthly-statements-made.ts'
import { reopenRun } from '../../db/runs.ts'
import { inTransaction } from '../../db/transaction.ts'
import { makeStatements } from '../../jobs/make-statements.ts'
import { defineRun } from '../../jobs/nightly-run.ts'
import { workRun } from '../../jobs/run-owed.ts'
import { setupLedger } from '../support/ledger.ts'
import { withClient } from '../support/pg-client.ts'
import { runContext, runStatements } from '../support/statements.ts'
import { callRecord, openAccounts } from '../support/usage.ts'

type Ledger = Awaited<ReturnType<typeof setupLedger>>

const DECISION = { reason: 'goodwill', postedBy: 'kim' }

async function credit({ db, clock }: Ledger, id: string, usd: string, account = 'acct_a') {
  const promotion = { account, id, amount: parseUsd(usd), ...DECISION }
  await inTransaction(db, (tx) => promote(tx, promotion, clock.now()))
}

const made = async (db: Db, account = 'acct_a') =>
  (await listStatements(db, account)).map(({ month, madeAt }) => `${month.month} ${madeAt.toISOString()}`)

describe('a monthly statement', () => {
  it('is made in the first night after the month has ended where the account is', async () => {
    const { db, clock } = await setupLedger()
    const zones = {
      sydney: 'Australia/Sydney',
      london: 'Europe/London',
      utc: 'UTC',
      honolulu: 'Pacific/Honolulu',
    }
    for (const [id, timeZone] of Object.entries(zones)) await createAccount(db, { id, timeZone }, clock.now())

    for (const day of ['03-31', '04-01', '04-02', '04-03']) {
      await runStatements({ db, clock }, `2026-${day}T00:15:00Z`)
    }

    expect(await made(db, 'sydney')).toEqual(['2026-03 2026-04-01T00:15:00.000Z'])
    expect(await made(db, 'london')).toEqual(['2026-03 2026-04-01T00:15:00.000Z'])
    expect(await made(db, 'utc')).toEqual(['2026-03 2026-04-01T00:15:00.000Z'])
    expect(await made(db, 'honolulu')).toEqual(['2026-03 2026-04-02T00:15:00.000Z'])
    expect(await made(db, 'acct_a')).toEqual(['2026-03 2026-04-02T00:15:00.000Z'])
  })

  it('says what the account had, what moved by item, and what was left', async () => {
    const ledger = await setupLedger()
    const { db, clock } = ledger
    await credit(ledger, 'p1', '10')
    clock.set('2026-03-31T12:00:00Z')
    await ledger.charge([callRecord({ id: 'call-1' }), callRecord({ id: 'call-2' })])
    await ledger.charge([callRecord({ id: 'unanswered', durationMs: 0 })])
    // New York is four hours behind: its March is not over.
    clock.set('2026-04-01T03:59:59Z')
    await credit(ledger, 'p2', '5')
    clock.set('2026-04-01T04:00:00Z')
    await credit(ledger, 'p3', '7')
    await runStatements(ledger, '2026-04-01T00:15:00Z')
    await runStatements(ledger, '2026-04-02T00:15:00Z')

    expect(await listStatements(db, 'acct_a')).toEqual([
      {
        account: 'acct_a',
        month: {
          month: '2026-03',
          timeZone: 'America/New_York',
          from: new Date('2026-03-01T05:00:00Z'),
          to: new Date('2026-04-01T04:00:00Z'),
        },
        openingBalance: parseUsd('0'),
        closingBalance: parseUsd('13.74'),
        totals: [
          { item: 'phone_call', count: 2, amount: parseUsd('-1.26') },
          { item: 'promotion', count: 2, amount: parseUsd('15') },
        ],
        count: 4,
        firstSeq: 1n,
        lastSeq: 4n,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        madeAt: new Date('2026-04-02T00:15:00Z'),
      },
    ])
  })

  it('begins where the one before ends, also after a month without entries', async () => {
    const ledger = await setupLedger()
    await credit(ledger, 'p1', '10')
    await runStatements(ledger, '2026-03-31T00:15:00Z')
    await runStatements(ledger, '2026-05-31T00:15:00Z')
    await credit(ledger, 'p2', '5')
    await runStatements(ledger, '2026-06-03T00:15:00Z')

    const [may, april, march] = await listStatements(ledger.db, 'acct_a')
    expect(march).toMatchObject({ closingBalance: parseUsd('10'), count: 1, lastSeq: 1n })
    expect(april).toMatchObject({
      openingBalance: parseUsd('10'),
      closingBalance: parseUsd('10'),
      count: 0,
      totals: [],
      firstSeq: null,
      lastSeq: null,
    })
    expect(may).toMatchObject({
      openingBalance: parseUsd('10'),
      closingBalance: parseUsd('15'),
      firstSeq: 2n,
    })
  })

  it('is not made for a month that was over when the account was opened', async () => {
    const ledger = await setupLedger()
    await runStatements(ledger, '2026-03-31T00:15:00Z')
    ledger.clock.set('2026-04-01T04:00:00Z')
    await openAccounts(ledger.db, ledger.clock, ['late'])
    await runStatements(ledger, '2026-04-03T00:15:00Z')
    expect(await made(ledger.db, 'late')).toEqual([])
    expect(await made(ledger.db, 'acct_a')).toHaveLength(1)
  })

  it('covers more entries than are read at once', async () => {
    const ledger = await setupLedger()
    await ledger.charge(Array.from({ length: 5_500 }, (_, n) => callRecord({ id: `call-${n}` })))
    await runStatements(ledger, '2026-04-02T00:15:00Z')
    expect(await listStatements(ledger.db, 'acct_a')).toMatchObject([
      { count: 5_500, closingBalance: parseUsd('-3465'), lastSeq: 5_500n },
    ])
  })
})

describe('statements are made once', () => {
  it('when their run is done again', async () => {
    const ledger = await setupLedger()
    const { db, clock } = ledger
    await runStatements(ledger, '2026-04-02T00:15:00Z')
    const before = await listStatements(db, 'acct_a')
    clock.set('2026-04-05T00:00:00Z')
    const key = { kind: 'statements', date: '2026-04-01' }
    const run = await reopenRun(db, { ...key, holder: crypto.randomUUID(), now: clock.now() })
    if (!run) throw new Error('the run was not reopened')

    expect(await workRun(runContext(ledger), makeStatements, run)).toBe(true)

    expect(await listStatements(db, 'acct_a')).toEqual(before)
  })

  it('when their run breaks off and goes on', async () => {
    const ledger = await setupLedger()
    const { db, clock } = ledger
    const ids = Array.from({ length: 250 }, (_, n) => `many_${String(n).padStart(3, '0')}`)
    await openAccounts(db, clock, ids)
    let pages = 0
    const breaking = defineRun({
      kind: makeStatements.kind,
      work: (context, run) =>
        makeStatements.work(context, {
          ...run,
          save: async (tx, progress) => {
            pages += 1
            if (pages === 2) throw new Error('the machine is gone')
            await run.save(tx, progress)
          },
        }),
    })

    await expect(runStatements(ledger, '2026-04-02T00:15:00Z', breaking)).rejects.toThrow(
      'the machine is gone',
    )
    const { count } = await countStatements(db)
    expect(Number(count)).toBe(100)
    await runStatements(ledger, '2026-04-02T00:20:00Z')

    expect(Number((await countStatements(db)).count)).toBe(252)
    const run = await db
      .selectFrom('runs')
      .select(['done', 'refused', 'finished_at'])
      .where('kind', '=', 'statements')
      .where('business_date', '=', '2026-04-01')
      .executeTakeFirstOrThrow()
    expect(run).toEqual({ done: 252, refused: 0, finished_at: new Date('2026-04-02T00:20:00Z') })
  })

  it('and never change', async () => {
    const ledger = await setupLedger()
    await runStatements(ledger, '2026-04-02T00:15:00Z')
    const change = (url: string) =>
      withClient(url, (client) => client.query(`update statements set closing_micros = 1`))
    await expect(change(ledger.database.ownerUrl)).rejects.toThrow(/append-only/)
    await expect(change(ledger.database.url)).rejects.toThrow(/permission denied|append-only/)
  })
})

async function countStatements(db: Db) {
  return await db
    .selectFrom('statements')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
}
