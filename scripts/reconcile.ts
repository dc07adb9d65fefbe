import { type Reconciliation, reconcile } from '../jobs/reconcile.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand } from './command.ts'
import { requirePayments } from './require-payments.ts'

const HELP = `Usage: npm run -s reconcile [-- --data DIR]

Compares the payments, refunds, disputes and events that Stripe has since the last time with what is here, and closes every
gap as a webhook would have: credit for a payment whose webhook never came, a refund that somebody made in the dashboard.
The scheduler does the same every quarter of an hour. Run twice it changes nothing more.

  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Standard output is a table: what was seen at Stripe, how many gaps were closed, and how many were nothing of ours. What a
person has to look at is noted as a finding, and warned of on standard error.

Exit codes: 0 all was compared; 1 Stripe did not answer or is not configured, and the next run begins where this one did;
2 wrong call.
`

await runCommand({
  name: 'reconcile',
  help: HELP,
  options: {},
  args: [],
  run: ({ dataDir }) =>
    withRuntime({ process: 'reconcile', dataDir }, async (runtime) => {
      const payments = requirePayments(runtime)
      report(await reconcile(payments, (kind) => console.error(`compared ${kind}`)))
      return EXIT.done
    }),
})

function report({ since, tallies }: Reconciliation): void {
  console.log(`since ${since.toISOString()}`)
  console.log(row(['', 'seen', 'gaps closed', 'not ours']))
  for (const [kind, { seen, closed, foreign }] of Object.entries(tallies)) {
    console.log(row([kind, seen, closed, foreign]))
  }
}

function row([name, ...cells]: readonly [string, ...(string | number)[]]): string {
  return `${name.padEnd(9)}${cells.map((cell) => String(cell).padStart(12)).join('')}`
}
