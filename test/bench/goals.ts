import { type Goal, type GoalResult, judge } from './goal.ts'
import { holdGoals } from './hold-goals.ts'
import { inRound, type Results } from './results.ts'
import type { Round } from './run-rounds.ts'
import type { ScenarioName } from './scenarios.ts'
import { median } from './statistics.ts'

/** Compares a run with its goals. Ratios are taken within each round, where the machine was the same; the median counts. */
export function compareWithGoals(results: Results): GoalResult[] {
  const goals = [...ratioGoals(results), ...processorGoals(results), ...otherGoals(results)]
  return [...goals, ...holdGoals(results.holds)].map(judge)
}

const RATIOS: readonly { of: ScenarioName; to: ScenarioName; goal: number }[] = [
  { of: 'batched', to: 'ceilingPostgres', goal: 0.85 },
  { of: 'sharded', to: 'ceilingPostgres', goal: 1.15 },
  { of: 'sharded', to: 'ceilingQueue', goal: 4 },
  { of: 'single', to: 'ceilingQueue', goal: 0.75 },
  { of: 'single', to: 'naive', goal: 5 },
  { of: 'batched', to: 'naive', goal: 30 },
  { of: 'hot', to: 'batched', goal: 0.9 },
  { of: 'replay', to: 'batched', goal: 2 },
]

function ratioGoals({ rounds, largeLedger }: Results): Goal[] {
  const ratios = RATIOS.map(({ of, to, goal }): Goal => {
    const rate = (round: Round, name: ScenarioName) => inRound(round, name).recordsPerSecond
    const measured = median(rounds.map((round) => rate(round, of) / rate(round, to)))
    return { figure: `${of} against ${to}`, relation: '≥', goal, unit: '×', measured }
  })
  if (largeLedger.length === 0) return ratios
  const measured = median(
    largeLedger.map(({ large, empty }) => large.recordsPerSecond / empty.recordsPerSecond),
  )
  return [
    ...ratios,
    {
      figure: 'batched on a large ledger against an empty one',
      relation: '≥',
      goal: 0.75,
      unit: '×',
      measured,
    },
  ]
}

const PROCESSOR_GOALS: readonly { of: ScenarioName; goal: number }[] = [
  { of: 'batched', goal: 55 },
  { of: 'ceilingPostgres', goal: 45 },
]

function processorGoals({ rounds }: Results): Goal[] {
  return PROCESSOR_GOALS.flatMap(({ of, goal }): Goal[] => {
    const totals = rounds.flatMap((round) => inRound(round, of).cpuMicros?.total ?? [])
    if (totals.length === 0) return []
    return [
      { figure: `processor time a record, ${of}`, relation: '≤', goal, unit: 'µs', measured: median(totals) },
    ]
  })
}

function otherGoals({ rounds, longRun, rating, rechargeMs }: Results): Goal[] {
  const latencyRatio = median(rounds.map(({ latency }) => latency.usage.p99Ms / latency.noOp.p99Ms))
  return [
    {
      figure: 'p99 from add to commit against a no-op job',
      relation: '≤',
      goal: 6,
      unit: '×',
      measured: latencyRatio,
    },
    {
      figure: 'storage per charged record',
      relation: '≤',
      goal: 450,
      unit: 'bytes',
      measured: longRun.bytesPerRecord.total,
    },
    {
      figure: 'rating alone',
      relation: '≥',
      goal: 300_000,
      unit: 'records/s',
      measured: rating.recordsPerSecond,
    },
    {
      figure: "from a threshold crossed to Stripe's request",
      relation: '≤',
      goal: 250,
      unit: 'ms',
      measured: rechargeMs,
    },
    {
      figure: "growth of a worker's heap over a long run",
      relation: '≤',
      goal: 1.1,
      unit: '×',
      measured: longRun.heapGrowth,
    },
  ]
}
