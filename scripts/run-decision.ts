import { formatUsd, type Micros } from '../billing/money.ts'
import type { Decision } from '../db/corrections.ts'
import type { Posting } from '../db/post-entry.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { required, runCommand, WrongCall } from './command.ts'
import { reportPosting } from './report-posting.ts'

const DECISION_ID = /^[A-Za-z0-9._:#-]{1,128}$/

interface DecisionCommand {
  readonly name: string
  readonly help: string
  /** What the entry's source begins with. */
  readonly item: 'adjustment' | 'promotion'
  /** The value of --amount. Throws WrongCall. */
  readAmount(text: string): Micros
  post(tx: Tx, decision: Decision, now: Date): Promise<Posting>
}

/** Runs a command that changes a balance because a person decided so, once for each id. */
export async function runDecision({ name, help, item, readAmount, post }: DecisionCommand): Promise<void> {
  await runCommand({
    name,
    help,
    options: {
      account: { type: 'string' },
      amount: { type: 'string' },
      id: { type: 'string' },
      reason: { type: 'string' },
      by: { type: 'string' },
    },
    args: [],
    run: async ({ options, dataDir }) => {
      const decision = {
        account: required(options, 'account'),
        amount: readAmount(required(options, 'amount')),
        id: required(options, 'id'),
        reason: required(options, 'reason'),
        postedBy: required(options, 'by'),
      }
      if (!DECISION_ID.test(decision.id)) {
        throw new WrongCall('--id must be 1 to 128 characters of A-Z a-z 0-9 . _ : # -')
      }
      return await withRuntime({ process: name, dataDir }, async ({ db, clock }) => {
        const posting = await inTransaction(db, (tx) => post(tx, decision, clock.now()))
        const what = `${item}/${decision.id} of ${formatUsd(decision.amount)} USD`
        return reportPosting(posting, { what, account: decision.account })
      })
    },
  })
}
