import { type Kysely, sql } from 'kysely'

/** Auto-recharge, cards, top-ups, what Stripe reports, mail, and findings. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const TYPES = [
  `create type card_role as enum ('default', 'backup')`,
  `create type topup_origin as enum ('manual', 'auto')`,
  `create type topup_status as enum (
     'created', 'processing', 'requires_action', 'unknown', 'succeeded', 'failed', 'canceled')`,
  `create type attempt_status as enum ('created', 'declined', 'succeeded', 'canceled')`,
  `create type mail_state as enum (
     'owed', 'sending', 'accepted', 'delivered', 'bounced', 'dropped', 'suppressed', 'parked')`,
]

const ACCOUNT_STATUS = `alter table accounts add column status_reason text`

// What the charge of every usage record need not read; the threshold stays on the account, where it is compared.
const AUTO_RECHARGES = [
  `create table auto_recharges (
     account_id text collate "C" primary key,
     emails text[] not null default '{}',
     day_count_max integer not null default 5,
     day_amount_max_micros bigint not null default 1000000000,
     week_count_max integer not null default 15,
     week_amount_max_micros bigint not null default 3000000000,
     month_count_max integer not null default 40,
     month_amount_max_micros bigint not null default 8000000000,
     paused_reason text,
     paused_at timestamptz,
     next_try_at timestamptz,
     wake_at timestamptz,
     declines integer not null default 0,
     failing_since timestamptz,
     lowest_notice_micros bigint,
     updated_at timestamptz not null,
     constraint a_pause_has_a_time check ((paused_reason is null) = (paused_at is null)),
     constraint caps_are_positive check (least(day_count_max, week_count_max, month_count_max) >= 1
       and least(day_amount_max_micros, week_amount_max_micros, month_amount_max_micros) > 0)
   )`,
  `create index auto_recharges_to_wake on auto_recharges (wake_at) where wake_at is not null`,
  `insert into auto_recharges (account_id, updated_at) select id, created_at from accounts`,
  `create table recharge_setting_changes (
     account_id text collate "C" not null,
     id uuid not null,
     changed_at timestamptz not null,
     changed_by text not null,
     settings jsonb not null,
     primary key (account_id, id)
   )`,
]

const CARDS = [
  `create table stripe_customers (
     account_id text collate "C" primary key,
     customer_id text collate "C" not null unique,
     created_at timestamptz not null
   )`,
  `create table card_setups (
     account_id text collate "C" not null,
     id text collate "C" not null,
     role card_role not null,
     consented_by text not null,
     consent_version text not null,
     created_at timestamptz not null,
     completed_at timestamptz,
     primary key (account_id, id)
   )`,
  `create table cards (
     account_id text collate "C" not null,
     id text collate "C" not null,
     role card_role,
     fingerprint text collate "C" not null,
     brand text not null,
     last4 text not null,
     expiry_month smallint not null,
     expiry_year smallint not null,
     consented_at timestamptz not null,
     consented_by text not null,
     consent_version text not null,
     stopped_reason text,
     stopped_for_good boolean not null default false,
     added_at timestamptz not null,
     removed_at timestamptz,
     primary key (account_id, id),
     constraint a_removed_card_has_no_role check ((role is null) = (removed_at is not null)),
     constraint a_card_that_is_stopped_for_good_has_a_reason check (not stopped_for_good or stopped_reason is not null),
     constraint last4_is_four_digits check (last4 ~ '^[0-9]{4}$')
   )`,
  `create unique index one_card_per_role on cards (account_id, role) where role is not null`,
  `create index stopped_cards on cards (fingerprint) where stopped_for_good`,
]

const TOPUPS = [
  `create table topups (
     account_id text collate "C" not null,
     id uuid not null,
     origin topup_origin not null,
     amount_micros bigint not null,
     status topup_status not null default 'created',
     reason text,
     payment_intent_id text collate "C",
     idempotency_key text collate "C",
     requested_by text,
     created_at timestamptz not null,
     settled_at timestamptz,
     next_check_at timestamptz,
     checks integer not null default 0,
     primary key (account_id, id),
     constraint topup_is_whole_cents check (amount_micros > 0 and amount_micros % 10000 = 0),
     constraint a_settled_topup_has_its_time check (
       (status in ('succeeded', 'failed', 'canceled')) = (settled_at is not null)),
     constraint an_open_topup_is_checked_again check ((settled_at is null) = (next_check_at is not null)),
     constraint a_manual_topup_has_a_key check ((origin = 'manual') = (idempotency_key is not null))
   )`,
  `create unique index one_open_topup_per_account on topups (account_id) where settled_at is null`,
  `create unique index one_topup_per_key on topups (account_id, idempotency_key) where idempotency_key is not null`,
  `create unique index one_topup_per_payment on topups (account_id, payment_intent_id)
     where payment_intent_id is not null`,
  `create index topups_of_time on topups (account_id, created_at)`,
  `create index topups_to_check on topups (next_check_at) where settled_at is null`,
  `create table topup_attempts (
     account_id text collate "C" not null,
     topup_id uuid not null,
     number smallint not null,
     card_id text collate "C" not null,
     fingerprint text collate "C" not null,
     automatic boolean not null,
     status attempt_status not null default 'created',
     decline_class text,
     decline jsonb,
     created_at timestamptz not null,
     settled_at timestamptz,
     primary key (account_id, topup_id, number),
     constraint a_settled_attempt_has_its_time check ((status = 'created') = (settled_at is null)),
     constraint a_declined_attempt_says_why check (
       (status = 'declined') = (decline_class is not null) and (decline_class is null) = (decline is null))
   )`,
  `create unique index one_open_attempt_per_topup on topup_attempts (account_id, topup_id) where settled_at is null`,
  `create unique index one_automatic_attempt_per_card on topup_attempts (fingerprint)
     where automatic and settled_at is null`,
  `create index attempts_of_card on topup_attempts (fingerprint, settled_at)`,
]

// Not by account: whose an event is becomes known when it is worked, and these tables grow with payments, not with usage.
const STRIPE = [
  `create table stripe_events (
     id text collate "C" primary key,
     type text not null,
     object_id text collate "C" not null,
     received_at timestamptz not null,
     next_try_at timestamptz,
     tries integer not null default 0,
     processed_at timestamptz,
     outcome text,
     constraint a_processed_event_has_an_outcome check ((processed_at is null) = (outcome is null)),
     constraint an_unprocessed_event_is_tried_again check ((processed_at is null) = (next_try_at is not null))
   )`,
  `create index stripe_events_owed on stripe_events (next_try_at) where processed_at is null`,
  `create table disputes (
     account_id text collate "C" not null,
     id text collate "C" not null,
     payment_intent_id text collate "C" not null,
     amount_micros bigint not null,
     status text not null,
     opened_at timestamptz not null,
     closed_at timestamptz,
     primary key (account_id, id)
   )`,
  `create table refunds (
     account_id text collate "C" not null,
     id text collate "C" not null,
     payment_intent_id text collate "C" not null,
     amount_micros bigint not null,
     status text not null,
     created_at timestamptz not null,
     primary key (account_id, id)
   )`,
  // One row: whether payments may be sent to Stripe, and when the next request may leave.
  `create table payment_gate (
     one boolean primary key default true check (one),
     paused_reason text,
     paused_at timestamptz,
     closed_until timestamptz,
     failures integer not null default 0,
     next_request_at timestamptz not null default '-infinity',
     constraint a_paused_gate_has_a_time check ((paused_reason is null) = (paused_at is null))
   )`,
  `insert into payment_gate default values`,
  `create table reconciliations (
     one boolean primary key default true check (one),
     seen_until timestamptz,
     next_at timestamptz not null default '-infinity'
   )`,
  `insert into reconciliations default values`,
]

const MAILS = [
  `create table mails (
     account_id text collate "C" not null,
     id uuid not null,
     template text not null,
     event text collate "C" not null,
     recipients text[] not null,
     content jsonb not null,
     state mail_state not null default 'owed',
     tries integer not null default 0,
     created_at timestamptz not null,
     next_try_at timestamptz,
     sent_at timestamptz,
     provider_id text,
     detail text,
     primary key (account_id, id),
     constraint one_mail_per_event_and_template unique (account_id, event, template),
     constraint a_waiting_mail_is_tried_again check ((state in ('owed', 'sending')) = (next_try_at is not null))
   )`,
  `create index mails_owed on mails (next_try_at) where next_try_at is not null`,
  `create table mail_events (
     id text collate "C" primary key,
     account_id text collate "C",
     mail_id uuid,
     event text not null,
     happened_at timestamptz not null,
     received_at timestamptz not null
   )`,
  // The link in a mail that fixes a failed recharge: the token itself is only in the mail.
  `create table fix_links (
     token_sha256 bytea primary key,
     account_id text collate "C" not null,
     topup_id uuid,
     created_at timestamptz not null,
     expires_at timestamptz not null,
     used_at timestamptz
   )`,
]

const FINDINGS = [
  `create table findings (
     id uuid primary key,
     kind text not null,
     subject text collate "C" not null,
     severity text not null,
     evidence jsonb not null,
     account_id text collate "C",
     found_at timestamptz not null,
     closed_at timestamptz,
     constraint severity_is_known check (severity in ('info', 'warning', 'critical'))
   )`,
  `create unique index one_open_finding on findings (kind, subject) where closed_at is null`,
]

const STATEMENTS = [
  ...TYPES,
  ACCOUNT_STATUS,
  ...AUTO_RECHARGES,
  ...CARDS,
  ...TOPUPS,
  ...STRIPE,
  ...MAILS,
  ...FINDINGS,
]
