import { type Kysely, sql } from 'kysely'

/** Nightly runs, phone numbers and their renewals, checkpoints of the proof, and monthly statements. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const RUNS = [
  `create table runs (
     kind text collate "C" not null,
     business_date date not null,
     started_at timestamptz not null,
     finished_at timestamptz,
     position text,
     done integer not null default 0,
     refused integer not null default 0,
     holder uuid not null,
     held_until timestamptz not null,
     redone integer not null default 0,
     primary key (kind, business_date)
   )`,
  `create unique index one_unfinished_run_per_kind on runs (kind) where finished_at is null`,
  // Until when the wake of a kind is left to its queue, so that sweeps do not fill it.
  `create table run_wakes (
     kind text collate "C" primary key,
     leased_until timestamptz not null
   )`,
]

const FINDINGS = [
  `alter table findings add column closed_by text, add column closed_reason text`,
  `alter table findings add constraint what_is_closed_by_somebody_says_why check (
     (closed_by is null) = (closed_reason is null) and (closed_by is null or closed_at is not null))`,
  `create index findings_by_time on findings (found_at)`,
]

// Months of a number are counted from its anchor. A renewal changes no column of an index, so that it stays on its page.
const NUMBERS = [
  `create type number_state as enum ('active', 'grace', 'suspended', 'released', 'ported_out')`,
  `create table phone_numbers (
     account_id text collate "C" not null,
     number text collate "C" not null,
     state number_state not null,
     state_since timestamptz not null,
     time_zone text not null,
     anchor_at timestamptz not null,
     last_charged_index integer not null,
     next_look_at timestamptz,
     noticed_at jsonb not null default '{}',
     primary key (account_id, number),
     constraint a_number_that_is_rented_is_looked_at check (
       (state in ('active', 'grace', 'suspended')) = (next_look_at is not null))
   ) with (fillfactor = 50)`,
  `create unique index one_holder_per_number on phone_numbers (number)
     where state in ('active', 'grace', 'suspended')`,
  // The order in which they are renewed: account by account, the number that was bought first before the others.
  `create index numbers_in_renewal_order on phone_numbers (account_id, anchor_at, number)
     where state in ('active', 'grace', 'suspended')`,
  `create table number_changes (
     account_id text collate "C" not null,
     number text collate "C" not null,
     seq integer not null,
     event text not null,
     state number_state not null,
     reason text not null,
     changed_by text not null,
     changed_at timestamptz not null,
     primary key (account_id, number, seq)
   )`,
  // Which rate made the amount of a renewal; the guard of "once" as well, for those that cost nothing.
  `create table renewals (
     account_id text collate "C" not null,
     number text collate "C" not null,
     period text collate "C" not null,
     starts_at timestamptz not null,
     amount_micros bigint not null,
     rate_version_id integer not null,
     rate_row integer not null,
     charged_at timestamptz not null,
     primary key (account_id, number, period),
     constraint a_renewal_costs_nothing_or_more check (amount_micros >= 0)
   )`,
  `create table renewal_settings (
     account_id text collate "C" primary key,
     grace_days integer not null default 7,
     suspended_days integer not null default 30,
     reserve_days integer not null default 0,
     constraint days_are_sensible check (grace_days between 0 and 90 and suspended_days between 0 and 365
       and reserve_days between 0 and 60)
   )`,
]

// When an account's numbers are looked at apart from the nightly run, because credit came in or a top-up ended.
const RENEW_AT = [
  `alter table auto_recharges add column renew_at timestamptz`,
  `create index numbers_to_renew_at_once on auto_recharges (renew_at) where renew_at is not null`,
]

// Between two requests to Stripe; 40 is its limit in test mode.
const REQUEST_INTERVAL = [
  `alter table payment_gate add column request_interval_ms integer not null default 40
     constraint an_interval_is_not_negative check (request_interval_ms >= 0)`,
]

const PROOF = [
  `create table ledger_checkpoints (
     account_id text collate "C" primary key,
     seq bigint not null,
     balance_micros bigint not null,
     checked_at timestamptz not null
   )`,
]

const STATEMENT_TABLES = [
  `create table statements (
     account_id text collate "C" not null,
     month text collate "C" not null,
     time_zone text not null,
     starts_at timestamptz not null,
     ends_at timestamptz not null,
     first_seq bigint,
     last_seq bigint,
     opening_micros bigint not null,
     closing_micros bigint not null,
     totals jsonb not null,
     entries bigint not null,
     entries_sha256 text not null,
     made_at timestamptz not null,
     primary key (account_id, month)
   )`,
]

const APPEND_ONLY = ['number_changes', 'renewals', 'statements'].map(
  (table) => `create trigger ${table}_are_append_only before update or delete or truncate on ${table}
     for each statement execute function refuse_change()`,
)

const STATEMENTS = [
  ...RUNS,
  ...FINDINGS,
  ...NUMBERS,
  ...RENEW_AT,
  ...REQUEST_INTERVAL,
  ...PROOF,
  ...STATEMENT_TABLES,
  ...APPEND_ONLY,
]
