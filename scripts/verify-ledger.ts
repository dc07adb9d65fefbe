import { checkInvariants } from '../db/invariants.ts'
import { checkRatings } from '../db/rerate-check.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand } from './command.ts'
import { progressPrinter } from './progress.ts'

const HELP = `Usage: npm run -s verify-ledger [-- --data DIR]

Proves the ledger of a live database: every rule about balances, entries and usage, and that every charge comes out the same
when it is rated again from the rate version and the quantities stored with it. Reads everything and changes nothing;
charging goes on meanwhile.

  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Standard output has one line for each rule, and the first broken rows under a rule that is broken.

Exit codes: 0 every rule holds; 1 one is broken, or the check could not finish; 2 wrong call.
`

const RATING_RULE = 'every charge comes out the same when it is rated again'

await runCommand({
  name: 'verify-ledger',
  help: HELP,
  options: {},
  args: [],
  run: ({ dataDir }) =>
    withRuntime({ process: 'verify-ledger', dataDir }, async ({ db, clock }) => {
      const print = progressPrinter(clock)
      const findings = await checkInvariants(db, (invariant, found) => {
        report(
          invariant,
          found.map(({ evidence }) => evidence),
        )
      })
      const ratings = await checkRatings(db, (checked) => print(() => `rated ${checked} charges again`))
      report(`${RATING_RULE} (${ratings.checked} charges, ${ratings.broken} differ)`, ratings.evidence)
      return findings.length === 0 && ratings.broken === 0 ? EXIT.done : EXIT.refused
    }),
})

function report(rule: string, evidence: readonly Readonly<Record<string, unknown>>[]): void {
  console.log(`${evidence.length === 0 ? 'ok    ' : 'BROKEN'} ${rule}`)
  for (const row of evidence) console.log(`       ${JSON.stringify(row, withoutBigint)}`)
}

function withoutBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
