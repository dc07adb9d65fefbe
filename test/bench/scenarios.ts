import type { Handler } from './handlers.ts'
import type { Spread } from './row-supply.ts'

/** In the order of the table. */
export const SCENARIO_NAMES = [
  'ceilingPostgres',
  'ceilingQueue',
  'naive',
  'single',
  'batched',
  'sharded',
  'replay',
  'hot',
] as const
export type ScenarioName = (typeof SCENARIO_NAMES)[number]

/** Usage that goes through the queue, from the first add to the last commit. */
export interface QueueScenario {
  readonly name: ScenarioName
  readonly about: string
  readonly handler: Handler
  /** The shards of each worker process. */
  readonly workers: readonly (readonly number[])[]
  readonly jobs: 'one record' | 'full'
  readonly spread: Spread
  /** Runs a second time on the same ledger, under this name: nothing is left to charge. */
  readonly again?: ScenarioName
}

/** One shard has one writer, as one account has in `hot`. */
const ONE_WORKER = [[0]]

const SINGLE: QueueScenario = {
  name: 'single',
  about: 'one record a job, one worker',
  handler: 'usage',
  workers: ONE_WORKER,
  jobs: 'one record',
  spread: 'all accounts',
}

const FULL_JOBS: QueueScenario = { ...SINGLE, name: 'batched', about: 'full jobs, one worker', jobs: 'full' }

export const BATCHED: QueueScenario = { ...FULL_JOBS, again: 'replay' }

/** In the order of each round. */
export const QUEUE_SCENARIOS: readonly QueueScenario[] = [
  { ...SINGLE, name: 'ceilingQueue', about: 'one no-op job a record', handler: 'no-op' },
  { ...SINGLE, name: 'naive', about: 'one job and one transaction a record', handler: 'naive' },
  SINGLE,
  BATCHED,
  { ...FULL_JOBS, name: 'sharded', about: 'full jobs, two workers with one shard each', workers: [[0], [1]] },
  { ...FULL_JOBS, name: 'hot', about: 'as batched, all records on one account', spread: 'one account' },
]
