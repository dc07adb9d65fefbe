import { runBench } from './bench-command.ts'
import { judge } from './goal.ts'
import { goalTable } from './goal-table.ts'
import { holdGoals } from './hold-goals.ts'
import { holdTables } from './hold-report.ts'
import { measureHolds } from './holds.ts'
import { describeMachine } from './machine.ts'
import { machineLine } from './machine-line.ts'
import { reportProgress } from './progress.ts'
import type { Rig } from './rig.ts'
import { RowSupply } from './row-supply.ts'
import { runQueueScenario } from './run-queue-scenario.ts'
import { BATCHED } from './scenarios.ts'
import type { Workload } from './workload.ts'

const HELP = `npm run bench:holds -- [--quick] [--json FILE]

The part of npm run bench that measures holds: how many are granted a second, and how fast, to 1, 10 and 50 clients that
ask again at once, over 1000 accounts and on a single one, against SELECTs of the balance and Redis GETs; over HTTP,
against a handler that does nothing; and all of it while usage is charged at half of what one worker charges in full
jobs. Takes about eight minutes of a machine that does nothing else.

  --quick      three rounds of less work; about a minute
  --json FILE  write every figure to FILE as JSON (otherwise to bench-results/holds.json)
  --help       show this

Exit status: 0 measured (whatever the figures), 1 failed, 2 wrong call.
`

await runBench({
  script: 'bench:holds',
  help: HELP,
  jsonFile: 'bench-results/holds.json',
  run: async (rig, workload) => {
    const holds = await measureHolds(rig, workload, (await batchedRate(rig, workload)) / 2)
    const machine = await describeMachine(rig.servers)
    const goals = holdGoals(holds).map(judge)
    const parts = [machineLine(machine, holds.length), holdTables(holds), goalTable(goals)]
    process.stdout.write(`${parts.join('\n\n')}\n\n`)
    const json = `${JSON.stringify({ machine, workload: workload.holds, goals, rounds: holds }, null, 2)}\n`
    return { json, files: new Map() }
  },
})

/** Usage records a second that one worker charges when it has the machine for itself. */
async function batchedRate(rig: Rig, { records }: Workload): Promise<number> {
  reportProgress('usage in full jobs')
  const rows = new RowSupply(records.full).take('all accounts', records.full)
  const batched = (await runQueueScenario(rig, BATCHED, rows)).get('batched')
  if (!batched) throw new Error('usage in full jobs was not measured')
  return batched.recordsPerSecond
}
