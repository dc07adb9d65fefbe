import type { Config } from '../../config/config.ts'
import { type WatchedQueues, watchQueues } from '../../jobs/failed-jobs.ts'

/** What the pages of the operators work with beside everybody's context. */
export interface OpsSetup {
  readonly queues: WatchedQueues
  /** Who presents it reads /metrics from anywhere; null where only this machine may. */
  readonly metricsToken: string | null
}

export function opsSetup(config: Config, onError: (error: Error) => void): OpsSetup {
  return {
    queues: watchQueues(config, onError),
    metricsToken: config.metricsToken,
  }
}
