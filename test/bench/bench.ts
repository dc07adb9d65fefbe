import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { measureLargeLedger } from './large-ledger.ts'
import { measureLongRun } from './long-run.ts'
import { describeMachine } from './machine.ts'
import { type BenchOptions, HELP, readOptions, WrongCall } from './options.ts'
import { reportProgress } from './progress.ts'
import { measureRating } from './rating.ts'
import { measureRechargeLatency } from './recharge-latency.ts'
import { reportJson } from './report-json.ts'
import { reportPlot } from './report-plot.ts'
import { reportText } from './report-text.ts'
import type { Results } from './results.ts'
import { type Rig, startRig } from './rig.ts'
import { RowSupply } from './row-supply.ts'
import { runRounds } from './run-rounds.ts'
import { FULL_WORKLOAD, onPostgresQueues, QUICK_WORKLOAD, type Workload } from './workload.ts'

const PLOT_FILE = 'bench-results/bench.svg'

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  try {
    const options = readOptions(args)
    if (options === 'help') process.stdout.write(HELP)
    else await bench(options)
    return 0
  } catch (error) {
    if (!(error instanceof WrongCall)) throw error
    process.stderr.write(`${error.message}\nTry: npm run bench -- --help\n`)
    return 2
  }
}

async function bench({ quick, jsonFile }: BenchOptions): Promise<void> {
  reportProgress('starting the servers')
  const planned = quick ? QUICK_WORKLOAD : FULL_WORKLOAD
  const rig = await startRig(planned.rates)
  stopWhenInterrupted(rig)
  try {
    const results = await runAll(rig, rig.servers.redis ? planned : onPostgresQueues(planned))
    process.stdout.write(`${reportText(results)}\n\n`)
    await save(jsonFile, reportJson(results))
    await save(PLOT_FILE, reportPlot(results))
  } finally {
    await rig.stop()
  }
}

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
  }
}

function stopWhenInterrupted(rig: Rig): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => rig.stop().finally(() => process.exit(1)))
  }
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  console.log(`written: ${file}`)
}
