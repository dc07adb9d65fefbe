import type { HoldRound } from './holds.ts'
import type { OnLargeLedger } from './large-ledger.ts'
import type { LongRun } from './long-run.ts'
import type { Machine } from './machine.ts'
import type { Measurement } from './measure.ts'
import type { RatingFigures } from './rating.ts'
import type { Round } from './run-rounds.ts'
import { SCENARIO_NAMES, type ScenarioName } from './scenarios.ts'
import { median } from './statistics.ts'
import type { Workload } from './workload.ts'

/** Everything that a run measured. */
export interface Results {
  readonly machine: Machine
  readonly workload: Workload
  readonly rounds: readonly Round[]
  readonly longRun: LongRun
  readonly rating: RatingFigures
  /** Median time from a charge that crosses the recharge threshold to the request at Stripe. */
  readonly rechargeMs: number
  readonly largeLedger: readonly OnLargeLedger[]
  readonly holds: readonly HoldRound[]
}

/** One line of the table: the medians over the rounds. */
export interface Summary extends Measurement {
  readonly name: ScenarioName | 'batchedOnLargeLedger'
}

export function summaries({ rounds, largeLedger }: Results): Summary[] {
  const lines: Summary[] = SCENARIO_NAMES.map((name) => ({
    name,
    ...mid(rounds.map((one) => inRound(one, name))),
  }))
  if (largeLedger.length === 0) return lines
  return [...lines, { name: 'batchedOnLargeLedger', ...mid(largeLedger.map(({ large }) => large)) }]
}

export function inRound({ measured }: Round, name: ScenarioName): Measurement {
  const measurement = measured.get(name)
  if (!measurement) throw new Error(`${name} was not measured`)
  return measurement
}

function mid(measurements: readonly Measurement[]): Measurement {
  const times = measurements.flatMap(({ cpuMicros }) => cpuMicros ?? [])
  return {
    recordsPerSecond: median(measurements.map(({ recordsPerSecond }) => recordsPerSecond)),
    cpuMicros:
      times.length === 0
        ? null
        : {
            node: median(times.map(({ node }) => node)),
            postgres: median(times.map(({ postgres }) => postgres)),
            redis: median(times.map(({ redis }) => redis)),
            total: median(times.map(({ total }) => total)),
          },
  }
}
