import { listAccountsAfter } from '../../db/checkpoints.ts'
import { closeFinding, openSubjects } from '../../db/findings.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { inTransaction } from '../../db/transaction.ts'
import { defineRun, type Run, type RunContext } from '../nightly-run.ts'
import { raiseFinding } from '../raise-finding.ts'
import { type BrokenAccount, forgetProof, proveNext } from './prove-accounts.ts'

const ACCOUNTS_PER_PAGE = 100
const SUNDAY = 0
const FINDING = 'ledger_broken'
const RULE_FINDING = 'rule_broken'

/**
 * Proves the ledger: every account from its checkpoint on, charges rated again included. The checkpoint of an account that
 * is broken stays before the first broken entry, so that each night finds it until it is mended. On the dates that are
 * Sundays everything is proved from its beginning, and every rule that looks at more than one account.
 */
export const ledgerProof = defineRun({
  kind: 'ledger-proof',

  async work(context, run) {
    const isFull = new Date(run.date).getUTCDay() === SUNDAY
    let after = run.position ?? ''
    for (;;) {
      const page = await inTransaction(context.db, (tx) => listAccountsAfter(tx, after, ACCOUNTS_PER_PAGE))
      const last = page.at(-1)
      if (last === undefined) break
      await provePage(context, run, { page, last, isFull })
      after = last
    }
    if (isFull) await proveRules(context)
  },
})

async function provePage(
  context: RunContext,
  run: Run,
  { page, last, isFull }: { page: readonly string[]; last: string; isFull: boolean },
): Promise<void> {
  if (isFull) await inTransaction(context.db, (tx) => forgetProof(tx, page, context.clock.now()))
  const broken: BrokenAccount[] = []
  let open = page
  while (open.length > 0) {
    const proved = await inTransaction(context.db, (tx) => proveNext(tx, open, context.clock.now()))
    broken.push(...proved.broken)
    open = proved.unread
  }
  await note(context, page, broken)
  const counts = { done: page.length - broken.length, refused: broken.length }
  await inTransaction(context.db, (tx) => run.save(tx, { position: last, ...counts }))
}

async function note(
  context: RunContext,
  page: readonly string[],
  broken: readonly BrokenAccount[],
): Promise<void> {
  for (const { account, rule, seq, balance } of broken) {
    const evidence = { rule, seq: seq === null ? null : String(seq), balanceMicros: String(balance) }
    await raiseFinding(context, { kind: FINDING, subject: account, severity: 'critical', evidence, account })
  }
  const isBroken = new Set(broken.map(({ account }) => account))
  const found = new Set(await openSubjects(context.db, FINDING))
  for (const account of page.filter((one) => found.has(one) && !isBroken.has(one))) {
    await closeFinding(context.db, { kind: FINDING, subject: account }, context.clock.now())
  }
}

async function proveRules(context: RunContext): Promise<void> {
  const { db, clock } = context
  const rules = new Map<string, readonly unknown[]>()
  await checkInvariants(db, (rule, found) =>
    rules.set(
      rule,
      found.map(({ evidence }) => evidence),
    ),
  )
  for (const [rule, rows] of rules) {
    const finding = { kind: RULE_FINDING, subject: rule }
    if (rows.length === 0) await closeFinding(db, finding, clock.now())
    else {
      const evidence = { rows: rows.length, first: JSON.stringify(rows[0], withoutBigint) }
      await raiseFinding(context, { ...finding, severity: 'critical', evidence, account: null })
    }
  }
}

function withoutBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
