import { type Statement, StatementFault } from '../billing/statement.ts'
import { type StatementMonth, statementMonth } from '../billing/statement-month.ts'
import { noteFinding } from '../db/findings.ts'
import { makeStatement } from '../db/monthly-statements.ts'
import {
  listStatementAccounts,
  listTimeZones,
  type StatementAccount,
  storeStatement,
} from '../db/monthly-statements-made.ts'
import { inTransaction } from '../db/transaction.ts'
import { defineRun, type Run, type RunContext } from './nightly-run.ts'

const DAY_MS = 86_400_000
/** One transaction stores the statements of so many accounts, or of so many entries. */
const PAGE_ACCOUNTS = 100
const PAGE_ENTRIES = 50_000

/**
 * Makes the statements of the month that ended, where an account is, within the date: between the midnights of UTC around
 * it. A statement is made once and never changes, so that beginning again anywhere makes those that are missing. An account
 * whose entries do not continue one another gets none, and a finding; the others get theirs.
 */
export const makeStatements = defineRun({
  kind: 'statements',
  async work(context, run) {
    const months = monthsThatEnded(await listTimeZones(context.db), run.cutOff)
    let position = run.position ?? ''
    for (;;) {
      const page = { timeZones: [...months.keys()], afterId: position, limit: PAGE_ACCOUNTS }
      const accounts = await listStatementAccounts(context.db, page)
      const last = accounts.at(-1)
      if (!last) return
      await makePage(context, run, { accounts, months })
      position = last.id
    }
  },
})

/** By time zone, for those in which a month ended at the cut-off or within the day before it. */
export function monthsThatEnded(timeZones: readonly string[], cutOff: Date): Map<string, StatementMonth> {
  const dayBefore = new Date(cutOff.getTime() - DAY_MS)
  const months = timeZones.map((timeZone) => statementMonth(timeZone, dayBefore))
  return new Map(months.filter(({ to }) => to <= cutOff).map((month) => [month.timeZone, month]))
}

type Outcome = { readonly account: string; readonly statement: Statement | null }

/** Entries that are posted stay as they are, so that statements are made outside the transaction that stores them. */
async function makePage(
  context: RunContext,
  run: Run,
  { accounts, months }: { accounts: readonly StatementAccount[]; months: Map<string, StatementMonth> },
): Promise<void> {
  let made: Outcome[] = []
  let entries = 0
  for (const { id, timeZone, openedAt } of accounts) {
    const month = months.get(timeZone)
    if (!month || openedAt >= month.to) continue
    const statement = await makeOne(context, id, month)
    made.push({ account: id, statement })
    entries += statement?.count ?? 0
    if (entries < PAGE_ENTRIES) continue
    await store(context, run, made)
    made = []
    entries = 0
  }
  await store(context, run, made)
}

async function makeOne(
  { db, log, clock, newId }: RunContext,
  account: string,
  month: StatementMonth,
): Promise<Statement | null> {
  try {
    return await makeStatement(db, account, month)
  } catch (error) {
    if (!(error instanceof StatementFault)) throw error
    const evidence = { month: month.month, message: error.message }
    const subject = `${account}/${month.month}`
    const finding = { kind: 'statement_not_made', subject, severity: 'critical', evidence, account } as const
    if (await noteFinding(db, finding, { id: newId(), now: clock.now() })) {
      log.error({ alert: true, finding: finding.kind, subject, ...evidence }, 'statement not made')
    }
    return null
  }
}

async function store({ db, clock }: RunContext, run: Run, made: readonly Outcome[]): Promise<void> {
  const last = made.at(-1)
  if (!last) return
  await inTransaction(db, async (tx) => {
    let done = 0
    for (const { statement } of made)
      if (statement && (await storeStatement(tx, statement, clock.now()))) done += 1
    const refused = made.filter(({ statement }) => statement === null).length
    await run.save(tx, { position: last.account, done, refused })
  })
}
