import { formatUsd } from '../billing/money.ts'
import { chargeRecords } from '../jobs/charge-records.ts'
import { previewCharges } from '../jobs/preview-charges.ts'
import { createRateBook } from '../jobs/rate-book.ts'
import { type RerateSummary, rerateWaiting } from '../jobs/rerate-waiting.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand } from './command.ts'
import { progressPrinter } from './progress.ts'

const HELP = `Usage: npm run -s rerate-unrated [-- --account ID] [--reason CODE] [--dry-run] [--data DIR]

Charges usage that could not be priced when it came in, after the cause was mended: a rate imported, an account opened.
It is priced by the newest rate cards, by their dates at the time of the usage. What is refused again waits on. It may be
run twice, and again after it was cut off: nothing is charged twice.

  --account ID    only this account's
  --reason CODE   only what waits for this reason: no_rate, unknown_account, destination_blocked, invalid_record, …
  --dry-run       tells what would be charged, and changes nothing
  --data DIR      the data of the one-machine default, without DATABASE_URL
  --help          this text

Exit codes: 0 nothing of it waits any longer; 1 some of it still waits; 2 wrong call.
`

await runCommand({
  name: 'rerate-unrated',
  help: HELP,
  options: { account: { type: 'string' }, reason: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  args: [],
  run: ({ options, dataDir }) =>
    withRuntime({ process: 'rerate-unrated', dataDir }, async ({ config, db, clock, newId }) => {
      const filter = { account: options.account ?? null, reason: options.reason ?? null }
      const dryRun = options['dry-run'] ?? false
      const deps = { db, clock, newId, rateBook: createRateBook(db, config.emergencyNumbers) }
      const print = progressPrinter(clock)
      const summary = await rerateWaiting(deps, filter, {
        charge: (raws) => (dryRun ? previewCharges(deps, raws) : chargeRecords(deps, raws)),
        dryRun,
        progress: ({ read, charged }) => print(() => `read ${read} records so far: charged ${charged}`),
      })
      for (const line of summaryLines(summary)) console.log(line)
      if (dryRun) console.log('dry run: nothing was charged')
      return summary.waiting.size > 0 ? EXIT.refused : EXIT.done
    }),
})

function summaryLines({ read, rated, waiting, ...charges }: RerateSummary): string[] {
  return [
    `read ${read}`,
    `rated ${describeCounts(rated)}`,
    `charged ${charges.charged}`,
    `free ${charges.free}`,
    `already charged ${charges.alreadyCharged}`,
    `amount ${formatUsd(charges.amount)} USD`,
    `still waiting ${describeCounts(waiting)}`,
  ]
}

/** `3 (conflict 1, no_rate 2)` */
function describeCounts(counts: ReadonlyMap<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const reasons = Array.from(counts, ([reason, count]) => `${reason} ${count}`).sort()
  return total === 0 ? '0' : `${total} (${reasons.join(', ')})`
}
