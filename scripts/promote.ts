import { formatUsd } from '../billing/money.ts'
import { promote } from '../db/corrections.ts'
import { inTransaction } from '../db/transaction.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { required, runCommand, WrongCall } from './command.ts'
import { positiveAmount } from './positive-amount.ts'
import { reportPosting } from './report-posting.ts'

const HELP = `Usage: npm run -s promote -- --account ID --amount USD --id ID --reason TEXT --by NAME [--data DIR]

Gives an account credit that nobody paid for. The same id with the same amount posts nothing more; the same id with another
amount is a conflict: it is kept apart for a person to decide, and not posted. Take credit away with npm run -s adjust.

  --account ID    who gets it
  --amount USD    how much, above zero: 12.50, at most six places
  --id ID         names this promotion, once an account: a campaign, for example
  --reason TEXT   why; the customer sees it with the entry
  --by NAME       who decided; kept with the entry
  --data DIR      the data of the one-machine default, without DATABASE_URL
  --help          this text

Exit codes: 0 posted, or posted before; 1 refused, nothing was posted; 2 wrong call.
`

const PROMOTION_ID = /^[A-Za-z0-9._:#-]{1,128}$/

await runCommand({
  name: 'promote',
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
    const promotion = {
      account: required(options, 'account'),
      amount: positiveAmount(required(options, 'amount')),
      id: required(options, 'id'),
      reason: required(options, 'reason'),
      postedBy: required(options, 'by'),
    }
    if (!PROMOTION_ID.test(promotion.id)) {
      throw new WrongCall('--id must be 1 to 128 characters of A-Z a-z 0-9 . _ : # -')
    }
    return await withRuntime({ process: 'promote', dataDir }, async ({ db, clock }) => {
      const posting = await inTransaction(db, (tx) => promote(tx, promotion, clock.now()))
      const what = `promotion/${promotion.id} of ${formatUsd(promotion.amount)} USD`
      return reportPosting(posting, { what, account: promotion.account })
    })
  },
})
