import type { ColumnType, Generated } from 'kysely'
import type { NumberEvent, NumberState } from '../billing/number-lifecycle.ts'
import type { NoticedAt } from '../billing/renewal-notice.ts'
import type { Fixed } from './column-types.ts'

/** Nightly runs, phone numbers and their renewals, checkpoints of the proof, and monthly statements. */
export interface NightlyTables {
  runs: RunsTable
  run_wakes: RunWakesTable
  phone_numbers: PhoneNumbersTable
  number_changes: NumberChangesTable
  renewals: RenewalsTable
  renewal_settings: RenewalSettingsTable
  ledger_checkpoints: LedgerCheckpointsTable
  statements: StatementsTable
}

interface RunsTable {
  kind: Fixed<string>
  /** `YYYY-MM-DD`. */
  business_date: Fixed<string>
  started_at: Date
  finished_at: ColumnType<Date | null, never, Date | null>
  /** Where it goes on after a break; only its kind can read it. */
  position: ColumnType<string | null, never, string | null>
  done: Generated<number>
  refused: Generated<number>
  /** Who works on it, until when it is theirs. */
  holder: string
  held_until: Date
  redone: Generated<number>
}

interface RunWakesTable {
  kind: Fixed<string>
  leased_until: Date
}

interface PhoneNumbersTable {
  account_id: Fixed<string>
  number: Fixed<string>
  state: NumberState
  state_since: Date
  time_zone: string
  anchor_at: Date
  last_charged_index: number
  /** When a run has something to decide about it; null for a number that is gone. */
  next_look_at: Date | null
  noticed_at: ColumnType<NoticedAt, string | undefined, string>
}

interface NumberChangesTable {
  account_id: Fixed<string>
  number: Fixed<string>
  seq: Fixed<number>
  event: Fixed<NumberEvent>
  state: Fixed<NumberState>
  reason: Fixed<string>
  changed_by: Fixed<string>
  changed_at: Fixed<Date>
}

interface RenewalsTable {
  account_id: Fixed<string>
  number: Fixed<string>
  period: Fixed<string>
  starts_at: Fixed<Date>
  amount_micros: Fixed<bigint>
  rate_version_id: Fixed<number>
  rate_row: Fixed<number>
  charged_at: Fixed<Date>
}

interface RenewalSettingsTable {
  account_id: Fixed<string>
  grace_days: Generated<number>
  suspended_days: Generated<number>
  reserve_days: Generated<number>
}

interface LedgerCheckpointsTable {
  account_id: Fixed<string>
  seq: bigint
  balance_micros: bigint
  checked_at: Date
}

interface StatementsTable {
  account_id: Fixed<string>
  /** `YYYY-MM`, in the account's zone. */
  month: Fixed<string>
  /** IANA name: the account's, when the month ended. */
  time_zone: Fixed<string>
  starts_at: Fixed<Date>
  ends_at: Fixed<Date>
  /** Null where the month has no entries. */
  first_seq: Fixed<bigint | null>
  last_seq: Fixed<bigint | null>
  opening_micros: Fixed<bigint>
  closing_micros: Fixed<bigint>
  totals: ColumnType<unknown, string, never>
  entries: Fixed<bigint>
  entries_sha256: Fixed<string>
  made_at: Fixed<Date>
}
