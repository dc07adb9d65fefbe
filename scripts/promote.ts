import { promote } from '../db/corrections.ts'
import { positiveAmount } from './positive-amount.ts'
import { runDecision } from './run-decision.ts'

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

await runDecision({
  name: 'promote',
  help: HELP,
  item: 'promotion',
  readAmount: positiveAmount,
  post: promote,
})
