import { runBench } from './bench-command.ts'
import { measureHolds } from './holds.ts'
import { measureLargeLedger } from './large-ledger.ts'
import { measureLongRun } from './long-run.ts'
import { describeMachine } from './machine.ts'
import { reportProgress } from './progress.ts'
import { measureRating } from './rating.ts'
import { measureRechargeLatency } from './recharge-latency.ts'
import { reportJson } from './report-json.ts'
import { reportPlot } from './report-plot.ts'
import { reportText } from './report-text.ts'
import { inRound, type Results } from './results.ts'
import type { Rig } from './rig.ts'
import { RowSupply } from './row-supply.ts'
import { runRounds } from './run-rounds.ts'
import { median } from './statistics.ts'
import type { Workload } from './workload.ts'

const HELP = `npm run bench -- [--quick] [--json FILE]

Measures the way of a usage record from the queue to its entry, and the way of an ask for a hold: every scenario on the
same rows, the same embedded Postgres and the same queue back end, in interleaved rounds, the median counts. Prints a
table, and what it compares with the goals. Takes some 22 minutes of a machine that does nothing else.

  --quick      three rounds of less work, without the ledger of 5 million entries; some 2 minutes
  --json FILE  write every figure to FILE as JSON (otherwise to bench-results/bench.json)
  --help       show this

The plot goes to bench-results/bench.svg. Exit status: 0 measured (whatever the figures), 1 failed, 2 wrong call.
`

const PLOT_FILE = 'bench-results/bench.svg'

await runBench({
  script: 'bench',
  help: HELP,
  jsonFile: 'bench-results/bench.json',
  run: async (rig, workload) => {
    const results = await runAll(rig, workload)
    process.stdout.write(`${reportText(results)}\n\n`)
    return { json: reportJson(results), files: new Map([[PLOT_FILE, reportPlot(results)]]) }
  },
})

async function runAll(rig: Rig, workload: Workload): Promise<Results> {
  const supply = new RowSupply(workload.records.full)
  const rounds = await runRounds(rig, workload, supply)
  reportProgress('a long run of one worker')
  const longRun = await measureLongRun(rig, workload.longRun)
  reportProgress('recharges')
  const rechargeMs = await measureRechargeLatency(rig, workload.recharges)
  const largeLedger =
    workload.largeLedgerEntries === null
      ? []
      : await measureLargeLedger(rig, workload.largeLedgerEntries, {
          rounds: workload.rounds,
          rows: supply.take('all accounts', workload.records.full),
        })
  const batched = median(rounds.map((round) => inRound(round, 'batched').recordsPerSecond))
  const holds = await measureHolds(rig, workload, batched / 2)
  reportProgress('rating alone')
  await rig.aftercare.settled()
  const rating = measureRating()
  return {
    machine: await describeMachine(rig.servers),
    workload,
    rounds,
    longRun,
    rating,
    rechargeMs,
    largeLedger,
    holds,
  }
}
