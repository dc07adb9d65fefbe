import type { ColumnType, Generated } from 'kysely'
import type { Decline } from '../billing/decline.ts'
import type { DeclineClass } from '../billing/decline-codes.ts'
import type { PauseReason } from '../billing/decline-reason.ts'
import type { Fixed } from './column-types.ts'

/** Auto-recharge, cards, top-ups, what Stripe reports, mail, and findings. */
export interface PaymentTables {
  auto_recharges: AutoRechargesTable
  recharge_setting_changes: RechargeSettingChangesTable
  stripe_customers: StripeCustomersTable
  card_setups: CardSetupsTable
  cards: CardsTable
  topups: TopupsTable
  topup_attempts: TopupAttemptsTable
  stripe_events: StripeEventsTable
  disputes: DisputesTable
  refunds: RefundsTable
  payment_gate: PaymentGateTable
  reconciliations: ReconciliationsTable
  mails: MailsTable
  mail_events: MailEventsTable
  fix_links: FixLinksTable
  findings: FindingsTable
}

export type CardRole = 'default' | 'backup'

export type TopupOrigin = 'manual' | 'auto'

export type TopupStatus =
  | 'created'
  | 'processing'
  | 'requires_action'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'canceled'

type AttemptStatus = 'created' | 'declined' | 'succeeded' | 'canceled'

export type MailState =
  | 'owed'
  | 'sending'
  | 'accepted'
  | 'delivered'
  | 'bounced'
  | 'dropped'
  | 'suppressed'
  | 'parked'

interface AutoRechargesTable {
  account_id: Fixed<string>
  emails: Generated<string[]>
  day_count_max: Generated<number>
  day_amount_max_micros: Generated<bigint>
  week_count_max: Generated<number>
  week_amount_max_micros: Generated<bigint>
  month_count_max: Generated<number>
  month_amount_max_micros: Generated<bigint>
  paused_reason: ColumnType<PauseReason | null, never, PauseReason | null>
  paused_at: ColumnType<Date | null, never, Date | null>
  /** Not before; after a decline. */
  next_try_at: ColumnType<Date | null, never, Date | null>
  /** When it is decided again whether to recharge. */
  wake_at: ColumnType<Date | null, never, Date | null>
  /** When the account's numbers are looked at apart from the nightly run. */
  renew_at: ColumnType<Date | null, never, Date | null>
  /** Declined tries since the last success. */
  declines: Generated<number>
  failing_since: ColumnType<Date | null, never, Date | null>
  /** The lowest level of low balance that was told since the balance was last above all of them. */
  lowest_notice_micros: ColumnType<bigint | null, never, bigint | null>
  updated_at: Date
}

interface RechargeSettingChangesTable {
  account_id: Fixed<string>
  id: Fixed<string>
  changed_at: Fixed<Date>
  changed_by: Fixed<string>
  settings: ColumnType<unknown, string, never>
}

interface StripeCustomersTable {
  account_id: Fixed<string>
  customer_id: Fixed<string>
  created_at: Fixed<Date>
}

interface CardSetupsTable {
  account_id: Fixed<string>
  id: Fixed<string>
  role: Fixed<CardRole>
  consented_by: Fixed<string>
  consent_version: Fixed<string>
  created_at: Fixed<Date>
  completed_at: ColumnType<Date | null, never, Date>
}

interface CardsTable {
  account_id: Fixed<string>
  /** Of the payment method. */
  id: Fixed<string>
  role: CardRole | null
  fingerprint: string
  brand: string
  last4: string
  expiry_month: number
  expiry_year: number
  consented_at: Fixed<Date>
  consented_by: Fixed<string>
  consent_version: Fixed<string>
  /** Why it is not charged automatically. */
  stopped_reason: ColumnType<string | null, never, string | null>
  /** Never again; else until the customer acts. */
  stopped_for_good: Generated<boolean>
  added_at: Fixed<Date>
  removed_at: ColumnType<Date | null, never, Date | null>
}

interface TopupsTable {
  account_id: Fixed<string>
  id: Fixed<string>
  origin: Fixed<TopupOrigin>
  amount_micros: Fixed<bigint>
  status: Generated<TopupStatus>
  reason: ColumnType<string | null, never, string | null>
  payment_intent_id: ColumnType<string | null, never, string>
  idempotency_key: Fixed<string | null>
  requested_by: Fixed<string | null>
  created_at: Fixed<Date>
  settled_at: ColumnType<Date | null, never, Date>
  next_check_at: Date | null
  checks: Generated<number>
}

interface TopupAttemptsTable {
  account_id: Fixed<string>
  topup_id: Fixed<string>
  number: Fixed<number>
  card_id: Fixed<string>
  fingerprint: Fixed<string>
  automatic: Fixed<boolean>
  status: Generated<AttemptStatus>
  decline_class: ColumnType<DeclineClass | null, never, DeclineClass>
  /** What Stripe said: what the class was made of. */
  decline: ColumnType<Decline | null, never, string>
  created_at: Fixed<Date>
  settled_at: ColumnType<Date | null, never, Date>
}

interface StripeEventsTable {
  id: Fixed<string>
  type: Fixed<string>
  object_id: Fixed<string>
  received_at: Fixed<Date>
  next_try_at: Date | null
  tries: Generated<number>
  processed_at: ColumnType<Date | null, never, Date>
  outcome: ColumnType<string | null, never, string>
}

interface DisputesTable {
  account_id: Fixed<string>
  id: Fixed<string>
  payment_intent_id: Fixed<string>
  amount_micros: Fixed<bigint>
  status: string
  opened_at: Fixed<Date>
  closed_at: ColumnType<Date | null, Date | null, Date>
}

interface RefundsTable {
  account_id: Fixed<string>
  id: Fixed<string>
  payment_intent_id: Fixed<string>
  amount_micros: Fixed<bigint>
  status: string
  created_at: Fixed<Date>
}

interface PaymentGateTable {
  one: Generated<boolean>
  paused_reason: ColumnType<string | null, never, string | null>
  paused_at: ColumnType<Date | null, never, Date | null>
  closed_until: ColumnType<Date | null, never, Date | null>
  failures: Generated<number>
  next_request_at: Generated<Date>
  /** Of all processes together. */
  request_interval_ms: Generated<number>
}

interface ReconciliationsTable {
  one: Generated<boolean>
  seen_until: ColumnType<Date | null, never, Date>
  next_at: Generated<Date>
}

interface MailsTable {
  account_id: Fixed<string>
  id: Fixed<string>
  template: Fixed<string>
  /** What it tells of; one mail a template for each. */
  event: Fixed<string>
  recipients: Fixed<string[]>
  content: ColumnType<unknown, string, never>
  state: Generated<MailState>
  tries: Generated<number>
  created_at: Fixed<Date>
  next_try_at: Date | null
  sent_at: ColumnType<Date | null, never, Date>
  provider_id: ColumnType<string | null, never, string>
  detail: ColumnType<string | null, never, string | null>
}

interface MailEventsTable {
  id: Fixed<string>
  account_id: Fixed<string | null>
  mail_id: Fixed<string | null>
  event: Fixed<string>
  happened_at: Fixed<Date>
  received_at: Fixed<Date>
}

interface FixLinksTable {
  token_sha256: Fixed<Buffer>
  account_id: Fixed<string>
  topup_id: Fixed<string | null>
  created_at: Fixed<Date>
  expires_at: Fixed<Date>
  used_at: ColumnType<Date | null, never, Date>
}

interface FindingsTable {
  id: Fixed<string>
  kind: Fixed<string>
  subject: Fixed<string>
  severity: Fixed<'info' | 'warning' | 'critical'>
  evidence: ColumnType<unknown, string, string>
  account_id: Fixed<string | null>
  found_at: Fixed<Date>
  closed_at: ColumnType<Date | null, never, Date>
  /** Where a person closed it, and why. */
  closed_by: ColumnType<string | null, never, string>
  closed_reason: ColumnType<string | null, never, string>
}
