import { type Micros, parseUsd } from '../billing/money.ts'
import { adjust } from '../db/corrections.ts'
import { WrongCall } from './command.ts'
import { runDecision } from './run-decision.ts'

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

await runDecision({ name: 'adjust', help: HELP, item: 'adjustment', readAmount, post: adjust })

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
