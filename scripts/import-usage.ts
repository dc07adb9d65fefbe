import { systemClock } from '../config/clock.ts'
import { chargeRecords } from '../jobs/charge-records.ts'
import { createRateBook } from '../jobs/rate-book.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, type Exit, runCommand } from './command.ts'
import { checkRecords } from './import/check-records.ts'
import {
  type ChargeRecords,
  dryRunLines,
  type ImportSummary,
  importUsageFile,
  summaryLines,
} from './import/import-usage-file.ts'
import { type SourceRow, sourceRows } from './import/source-rows.ts'
import { USAGE_HELP } from './import/usage-help.ts'
import { readUsageSource } from './import/usage-source.ts'
import { openInput } from './open-input.ts'
import { progressPrinter } from './progress.ts'
import { requireAccount } from './require-account.ts'

await runCommand({
  name: 'import-usage',
  help: USAGE_HELP,
  options: {
    format: { type: 'string' },
    account: { type: 'string' },
    'time-zone': { type: 'string' },
    country: { type: 'string' },
    direction: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  args: ['FILE'],
  run: async ({ options, args: [path = ''], dataDir }) => {
    const source = readUsageSource(options)
    const rows = sourceRows(await openInput(path), source)
    if (options['dry-run']) return report(await importRows(rows, checkRecords), dryRunLines)
    return await withRuntime({ process: 'import-usage', dataDir }, async (runtime) => {
      // One mistyped account would otherwise leave a whole file as usage that nobody can be charged for.
      if (source.format !== 'ndjson') await requireAccount(runtime.db, source.account)
      const deps = { ...runtime, rateBook: createRateBook(runtime.db, runtime.config.emergencyNumbers) }
      const summary = await importRows(rows, (raws) => chargeRecords(deps, raws))
      return report(summary, summaryLines)
    })
  },
})

async function importRows(rows: AsyncIterable<SourceRow>, charge: ChargeRecords): Promise<ImportSummary> {
  const print = progressPrinter(systemClock)
  return await importUsageFile(rows, {
    charge,
    report: (line) => console.log(line),
    progress: ({ read, charged, refused }) =>
      print(() => `read ${read} rows so far: charged ${charged}, refused ${refused}`),
  })
}

function report(summary: ImportSummary, describe: (summary: ImportSummary) => string[]): Exit {
  for (const line of describe(summary)) console.log(line)
  return summary.refused > 0 ? EXIT.refused : EXIT.done
}
