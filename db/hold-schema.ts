import type { ColumnType, Generated } from 'kysely'
import type { HoldReason, HoldState } from '../billing/hold.ts'
import type { UsageItem, UsageKind } from '../billing/usage-record.ts'
import type { Fixed } from './column-types.ts'

/** Money that is set aside while a call runs, and the answers that were given about it. */
export interface HoldTables {
  account_holds: AccountHoldsTable
  holds: HoldsTable
  hold_extensions: HoldExtensionsTable
}

/** Locked by whoever holds or frees something of the account, and by whoever decides by what is available. */
interface AccountHoldsTable {
  account_id: Fixed<string>
  /** The sum of its open holds, and how many of them are calls. */
  held_micros: Generated<bigint>
  open_calls: Generated<number>
}

interface HoldsTable {
  account_id: Fixed<string>
  request_id: Fixed<string>
  item: Fixed<UsageItem>
  kind: Fixed<UsageKind | null>
  from_number: Fixed<string | null>
  to_number: Fixed<string>
  segments: Fixed<number | null>
  wanted_seconds: Fixed<number | null>
  state: HoldState
  /** Why the ask was refused. */
  reason: Fixed<HoldReason | null>
  /** When it was asked for: the rates of this instant price it. */
  started_at: Fixed<Date>
  expires_at: Date
  ended_at: ColumnType<Date | null, Date | null, Date>
  /** With all extensions. What it held in the end, once it has ended. */
  granted_seconds: number | null
  amount_micros: bigint
  /** What the ask itself was granted. */
  first_seconds: Fixed<number | null>
  first_amount_micros: Fixed<bigint>
  first_warn_at: Fixed<Date | null>
  rate_version_id: Fixed<number | null>
  rate_row: Fixed<number | null>
  /** The prefix of a cap of the account that the number had when it was asked for. */
  capped_prefix: Fixed<string | null>
  /** The usage record that settled it, or came when it had ended, and what that was charged. */
  usage_id: ColumnType<string | null, never, string>
  charged_micros: ColumnType<bigint | null, never, bigint>
}

interface HoldExtensionsTable {
  account_id: Fixed<string>
  hold_request_id: Fixed<string>
  request_id: Fixed<string>
  wanted_seconds: Fixed<number>
  answered_at: Fixed<Date>
  /** In all since the beginning; null where it was refused. */
  granted_seconds: Fixed<number | null>
  amount_micros: Fixed<bigint>
  warn_at: Fixed<Date | null>
  reason: Fixed<HoldReason | null>
}
