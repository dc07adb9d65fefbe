import type { Charge } from './rating.ts'
import type { UsageRecord } from './usage-record.ts'

/** A usage record with its price: what a group commit writes. */
export interface RatedUsage {
  readonly record: UsageRecord
  readonly charge: Charge
}
