import type { ColumnType, Generated } from 'kysely'
import type { UsageItem, UsageKind } from '../billing/usage-record.ts'
import type { ActivityTables } from './activity-schema.ts'
import type { Fixed } from './column-types.ts'
import type { HoldTables } from './hold-schema.ts'
import type { NightlyTables } from './nightly-schema.ts'
import type { OperatorTables } from './operators-schema.ts'
import type { PageSessionTables } from './page-session-schema.ts'
import type { PaymentTables } from './payment-schema.ts'
import type { ServicePolicyTables } from './service-policy-schema.ts'
import type { ServiceTables } from './service-schema.ts'

/** The tables as SQL has them. These types stay inside db/: its functions take and return plain billing data. */
export interface Database
  extends ActivityTables,
    PaymentTables,
    HoldTables,
    NightlyTables,
    OperatorTables,
    PageSessionTables,
    ServicePolicyTables,
    ServiceTables {
  accounts: AccountsTable
  rate_cards: RateCardsTable
  rate_card_versions: RateCardVersionsTable
  rates: RatesTable
  usage_records: UsageRecordsTable
  unrated_usage: UnratedUsageTable
  entries: EntriesTable
  entry_notes: EntryNotesTable
  quarantined_entries: QuarantinedEntriesTable
  outbox: OutboxTable
  service_keys: ServiceKeysTable
  trial_balance: { ledger_account: string; balance_micros: bigint }
  postings: {
    account_id: string
    seq: bigint
    ledger_account: string
    amount_micros: bigint
    posted_at: Date
  }
}

export const ENTRY_ITEMS = [
  'ring_through_attempt',
  'phone_number',
  'phone_call',
  'outgoing_text',
  'incoming_text',
  'funds_added',
  'refund',
  'dispute',
  'adjustment',
  'promotion',
] as const
export type EntryItem = (typeof ENTRY_ITEMS)[number]

export type Contra = `revenue:${UsageItem}` | 'clearing:stripe' | 'expense:promotion' | 'expense:adjustment'

export type AccountStatus = 'active' | 'suspended' | 'closed'

interface AccountsTable {
  id: Fixed<string>
  time_zone: string
  currency: Generated<string>
  status: Generated<AccountStatus>
  /** Why it is not active, where somebody or a dispute decided so. */
  status_reason: ColumnType<string | null, never, string | null>
  balance_micros: Generated<bigint>
  /** The UTC hour of the last charge, what was charged in it, and in its UTC day. */
  spend_hour: ColumnType<Date | null, never, Date>
  hour_spent_micros: Generated<bigint>
  day_spent_micros: Generated<bigint>
  entry_seq: Generated<bigint>
  last_posted_at: ColumnType<Date | null, Date | undefined, Date>
  recharge_enabled: Generated<boolean>
  recharge_amount_micros: Generated<bigint>
  recharge_threshold_micros: Generated<bigint>
  recharge_needed_at: ColumnType<Date | null, never, Date | null>
  created_at: Fixed<Date>
}

interface RateCardsTable {
  name: Fixed<string>
  account_id: Fixed<string | null>
  created_at: Fixed<Date>
}

interface RateCardVersionsTable {
  id: Generated<number>
  card: Fixed<string>
  version: Fixed<number>
  row_count: Fixed<number>
  imported_at: Fixed<Date>
}

interface RatesTable {
  version_id: Fixed<number>
  row: Fixed<number>
  item: Fixed<UsageItem>
  kind: Fixed<UsageKind | null>
  prefix: Fixed<string>
  setup_fee_picos: Fixed<bigint>
  rate_picos: Fixed<bigint>
  surcharge_picos: Fixed<bigint>
  per_seconds: Fixed<number>
  increment_seconds: Fixed<number>
  minimum_seconds: Fixed<number>
  from_second: Fixed<number>
  round_decimals: Fixed<number>
  rounding: Fixed<'half_even' | 'half_up' | 'up' | 'down'>
  effective_from: Fixed<Date | null>
  effective_to: Fixed<Date | null>
  blocked: Fixed<boolean>
  description: Fixed<string>
}

interface UsageRecordsTable {
  account_id: Fixed<string>
  id: Fixed<string>
  item: Fixed<UsageItem>
  kind: Fixed<UsageKind | null>
  from_number: Fixed<string | null>
  to_number: Fixed<string>
  occurred_at: Fixed<Date>
  duration_ms: Fixed<number | null>
  billed_seconds: Fixed<number | null>
  segments: Fixed<number | null>
  amount_micros: Fixed<bigint>
  rate_version_id: Fixed<number | null>
  rate_row: Fixed<number | null>
  call_id: Fixed<string | null>
  hold_id: Fixed<string | null>
  tags: Fixed<Record<string, string> | null>
}

interface UnratedUsageTable {
  account_id: Fixed<string>
  fingerprint: Fixed<string>
  record_id: Fixed<string | null>
  reason: string
  message: string
  record: Fixed<string>
  received_at: Fixed<Date>
  rated_at: ColumnType<Date | null, never, Date>
}

interface EntriesTable {
  account_id: Fixed<string>
  seq: Fixed<bigint>
  item: Fixed<EntryItem>
  contra: Fixed<Contra>
  amount_micros: Fixed<bigint>
  balance_after_micros: Fixed<bigint>
  source: Fixed<string>
  occurred_at: Fixed<Date>
  posted_at: Fixed<Date>
}

interface EntryNotesTable {
  account_id: Fixed<string>
  seq: Fixed<bigint>
  reason: Fixed<string>
  posted_by: Fixed<string>
}

interface QuarantinedEntriesTable {
  account_id: Fixed<string>
  source: Fixed<string>
  item: Fixed<EntryItem>
  contra: Fixed<Contra>
  amount_micros: Fixed<bigint>
  occurred_at: Fixed<Date>
  quarantined_at: Fixed<Date>
}

interface OutboxTable {
  account_id: Fixed<string>
  id: Fixed<string>
  job: Fixed<string>
  payload: ColumnType<unknown, string, never>
  created_at: Fixed<Date>
  handed_at: ColumnType<Date | null, never, Date>
  hand_overs: Generated<number>
  done_at: ColumnType<Date | null, never, Date>
}

interface ServiceKeysTable {
  id: Fixed<string>
  name: Fixed<string>
  secret_sha256: Fixed<Buffer>
  scopes: Fixed<string[]>
  created_at: Fixed<Date>
  /** To the minute. */
  last_used_at: ColumnType<Date | null, never, Date>
  revoked_at: ColumnType<Date | null, never, Date>
}
