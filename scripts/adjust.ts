import { formatUsd, type Micros, parseUsd } from '../billing/money.ts'
import { adjust } from '../db/corrections.ts'
import { inTransaction } from '../db/transaction.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { required, runCommand, WrongCall } from './command.ts'
import { reportPosting } from './report-posting.ts'

const HELP = `Usage: npm run -s adjust -- --account ID --amount USD --id ID --reason TEXT --by NAME [--data DIR]

Corrects an account's balance by an operator's decision. The same id with the same amount posts nothing more; the same id
with another amount is a conflict: it is kept apart for a person to decide, and not posted.

  --account ID    whose balance
  --amount USD    what is added, or taken away with a minus: 12.50 or -12.50, at most six places
  --id ID         names this decision, once an account: a ticket number, for example
  --reason TEXT   why; the customer sees it with the entry
  --by NAME       who decided; kept with the entry
  --data DIR      the data of the one-machine default, without DATABASE_URL
  --help          this text

Exit codes: 0 posted, or posted before; 1 refused, nothing was posted; 2 wrong call.
`

const ADJUSTMENT_ID = /^[A-Za-z0-9._:#-]{1,128}$/

await runCommand({
  name: 'adjust',
  help: HELP,
  options: {
    account: { type: 'string' },
    amount: { type: 'string' },
    id: { type: 'string' },
    reason: { type: 'string' },
    by: { type: 'string' },
  },
  args: [],
  run: async ({ options, dataDir }) => {
    const adjustment = {
      account: required(options, 'account'),
      amount: readAmount(required(options, 'amount')),
      id: required(options, 'id'),
      reason: required(options, 'reason'),
      postedBy: required(options, 'by'),
    }
    if (!ADJUSTMENT_ID.test(adjustment.id)) {
      throw new WrongCall('--id must be 1 to 128 characters of A-Z a-z 0-9 . _ : # -')
    }
    return await withRuntime({ process: 'adjust', dataDir }, async ({ db, clock }) => {
      const posting = await inTransaction(db, (tx) => adjust(tx, adjustment, clock.now()))
      const what = `adjustment/${adjustment.id} of ${formatUsd(adjustment.amount)} USD`
      return reportPosting(posting, { what, account: adjustment.account })
    })
  },
})

function readAmount(text: string): Micros {
  const amount = parseAmount(text.replace(/^\+/, ''))
  if (amount === 0n) throw new WrongCall('--amount must not be zero')
  return amount
}

function parseAmount(text: string): Micros {
  try {
    return parseUsd(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new WrongCall('--amount must be a decimal in USD with at most six places, such as 12.50 or -12.50')
  }
}
