import { checkAndDrop } from './check-ledger.ts'
import { type Measurement, measure } from './measure.ts'
import { startPipeline } from './pipeline.ts'
import type { Rig } from './rig.ts'
import type { ScenarioRows } from './row-supply.ts'
import type { QueueScenario, ScenarioName } from './scenarios.ts'

/** Runs a scenario once on a new ledger, after a warm-up that is not counted, and checks what it left there. */
export async function runQueueScenario(
  rig: Rig,
  scenario: QueueScenario,
  { warmUp, counted }: ScenarioRows,
): Promise<Map<ScenarioName, Measurement>> {
  const { name, again } = scenario
  const ledger = await rig.ledgers.create()
  const pipeline = await startPipeline(rig, ledger, scenario)

  await pipeline.run(warmUp)
  const run = () => measure(rig, counted.length, () => pipeline.run(counted))
  const measured = new Map([[name, await run()]])
  if (again) measured.set(again, await run())

  await pipeline.stop()
  const charged = scenario.handler === 'no-op' ? 0 : warmUp.length + counted.length
  checkAndDrop(rig, ledger, { scenario: name, charged })
  return measured
}
