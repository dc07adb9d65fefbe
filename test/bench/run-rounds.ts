import { runCeilingPostgres } from './ceiling-postgres.ts'
import { type Latency, measureNoOpLatency, measureUsageLatency } from './latency.ts'
import type { Measurement } from './measure.ts'
import { reportProgress } from './progress.ts'
import type { Rig } from './rig.ts'
import type { RowSupply } from './row-supply.ts'
import { runQueueScenario } from './run-queue-scenario.ts'
import { QUEUE_SCENARIOS, type QueueScenario, type ScenarioName } from './scenarios.ts'
import type { Workload } from './workload.ts'

/** Everything that is compared with one another was measured within a minute or so. */
export interface Round {
  readonly measured: ReadonlyMap<ScenarioName, Measurement>
  readonly latency: { readonly usage: Latency; readonly noOp: Latency }
}

export async function runRounds(rig: Rig, workload: Workload, supply: RowSupply): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 1; round <= workload.rounds; round++) {
    rounds.push(await runRound({ rig, workload, supply }, `round ${round} of ${workload.rounds}`))
  }
  return rounds
}

async function runRound(
  { rig, workload, supply }: { rig: Rig; workload: Workload; supply: RowSupply },
  title: string,
): Promise<Round> {
  const { records, latencySeconds } = workload
  reportProgress(`${title}: ceilingPostgres`)
  const measured = new Map<ScenarioName, Measurement>()
  measured.set('ceilingPostgres', await runCeilingPostgres(rig, supply.take('all accounts', records.full)))
  for (const scenario of QUEUE_SCENARIOS) {
    reportProgress(`${title}: ${scenario.name}`)
    const rows = supply.take(scenario.spread, recordsOf(scenario, records))
    const results = await runQueueScenario(rig, scenario, rows)
    for (const [name, measurement] of results) measured.set(name, measurement)
  }
  reportProgress(`${title}: latency`)
  const noOp = await measureNoOpLatency(rig, latencySeconds)
  const usage = await measureUsageLatency(rig, latencySeconds)
  return { measured, latency: { usage, noOp } }
}

function recordsOf(scenario: QueueScenario, records: Workload['records']): number {
  return scenario.handler === 'naive' ? records.naive : records[scenario.jobs]
}
