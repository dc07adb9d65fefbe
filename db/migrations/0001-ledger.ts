import { type Kysely, sql } from 'kysely'

/** Accounts, rate cards, usage, the ledger, the outbox and service keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const TYPES = [
  `create type item as enum (
     'ring_through_attempt', 'phone_number', 'phone_call', 'outgoing_text', 'incoming_text',
     'funds_added', 'refund', 'dispute', 'adjustment', 'promotion')`,
  `create type usage_kind as enum ('inbound', 'outbound', 'purchase', 'renewal')`,
  `create type contra as enum (
     'revenue:ring_through_attempt', 'revenue:phone_number', 'revenue:phone_call',
     'revenue:outgoing_text', 'revenue:incoming_text',
     'clearing:stripe', 'expense:promotion', 'expense:adjustment')`,
  `create type account_status as enum ('active', 'suspended', 'closed')`,
  `create type rounding as enum ('half_even', 'half_up', 'up', 'down')`,
]

// Half-filled pages keep every balance update on its page, without index work.
const ACCOUNTS = `
  create table accounts (
    id text collate "C" primary key,
    time_zone text not null,
    currency text not null default 'USD',
    status account_status not null default 'active',
    balance_micros bigint not null default 0,
    entry_seq bigint not null default 0,
    last_posted_at timestamptz,
    recharge_enabled boolean not null default false,
    recharge_amount_micros bigint not null default 100000000,
    recharge_threshold_micros bigint not null default 10000000,
    recharge_needed_at timestamptz,
    created_at timestamptz not null,
    constraint account_id_is_well_formed check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
    constraint currency_is_usd check (currency = 'USD'),
    constraint recharge_amount_is_above_50_usd check (recharge_amount_micros > 50000000),
    constraint recharge_threshold_is_10_usd_or_more check (recharge_threshold_micros >= 10000000),
    constraint posted_accounts_have_a_time check ((entry_seq = 0) = (last_posted_at is null))
  ) with (fillfactor = 50)`

const RATE_CARDS = [
  `create table rate_cards (
     name text collate "C" primary key,
     account_id text collate "C" unique,
     created_at timestamptz not null
   )`,
  `create unique index one_standard_card on rate_cards ((true)) where account_id is null`,
  `create table rate_card_versions (
     id integer generated always as identity primary key,
     card text collate "C" not null references rate_cards (name),
     version integer not null,
     row_count integer not null,
     imported_at timestamptz not null,
     constraint one_number_per_version unique (card, version)
   )`,
  `create table rates (
     version_id integer not null references rate_card_versions (id),
     row integer not null,
     item item not null,
     kind usage_kind,
     prefix text collate "C" not null,
     setup_fee_picos bigint not null,
     rate_picos bigint not null,
     surcharge_picos bigint not null,
     per_seconds integer not null,
     increment_seconds integer not null,
     minimum_seconds integer not null,
     from_second integer not null,
     round_decimals smallint not null,
     rounding rounding not null,
     effective_from timestamptz,
     effective_to timestamptz,
     blocked boolean not null,
     description text not null,
     primary key (version_id, row)
   )`,
  `create index rates_of_one_prefix on rates (version_id, prefix)`,
]

// No foreign keys on the hot tables: they cost half the rate, and the nightly invariants prove the same.
const USAGE = [
  `create table usage_records (
     occurred_at timestamptz not null,
     amount_micros bigint not null,
     rate_version_id integer,
     rate_row integer,
     duration_ms integer,
     billed_seconds integer,
     item item not null,
     kind usage_kind,
     segments smallint,
     account_id text collate "C" not null,
     id text collate "C" not null,
     from_number text,
     to_number text not null,
     call_id text,
     hold_id text,
     tags jsonb,
     primary key (account_id, id),
     constraint usage_costs_nothing_or_more check (amount_micros >= 0),
     constraint usage_with_a_price_names_its_rate check (amount_micros = 0 or rate_row is not null)
   )`,
  `create table unrated_usage (
     account_id text collate "C" not null,
     fingerprint text collate "C" not null,
     record_id text collate "C",
     reason text not null,
     message text not null,
     record text not null,
     received_at timestamptz not null,
     rated_at timestamptz,
     primary key (account_id, fingerprint)
   )`,
  `create index unrated_usage_waiting on unrated_usage (received_at) where rated_at is null`,
]

const ENTRIES = [
  `create table entries (
     seq bigint not null,
     amount_micros bigint not null,
     balance_after_micros bigint not null,
     occurred_at timestamptz not null,
     posted_at timestamptz not null,
     item item not null,
     contra contra not null,
     account_id text collate "C" not null,
     source text collate "C" not null,
     primary key (account_id, seq),
     constraint entry_moves_money check (amount_micros <> 0)
   )`,
  // For usage the primary key of usage_records is the guard.
  `create unique index one_entry_per_source on entries (account_id, source) where source not like 'usage/%'`,
  `create table entry_notes (
     account_id text collate "C" not null,
     seq bigint not null,
     reason text not null,
     posted_by text not null,
     primary key (account_id, seq)
   )`,
  // Entries whose source was already posted with other content: kept for a person to decide, never posted.
  `create table quarantined_entries (
     account_id text collate "C" not null,
     source text collate "C" not null,
     item item not null,
     contra contra not null,
     amount_micros bigint not null,
     occurred_at timestamptz not null,
     quarantined_at timestamptz not null,
     primary key (account_id, source, item, contra, amount_micros)
   )`,
  `create view postings as
     select account_id, seq, 'customer:' || account_id as ledger_account, amount_micros, posted_at from entries
     union all
     select account_id, seq, contra::text, -amount_micros, posted_at from entries`,
  `create view trial_balance as
     select ledger_account, sum(amount_micros)::bigint as balance_micros from postings group by ledger_account`,
]

const APPEND_ONLY = [
  `create function refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
   end $$`,
  ...['entries', 'entry_notes', 'usage_records', 'rate_card_versions', 'rates'].map(
    (table) => `create trigger ${table}_are_append_only before update or delete or truncate on ${table}
       for each statement execute function refuse_change()`,
  ),
]

const OUTBOX = [
  `create table outbox (
     account_id text collate "C" not null,
     id uuid not null,
     job text not null,
     payload jsonb not null,
     created_at timestamptz not null,
     handed_at timestamptz,
     hand_overs integer not null default 0,
     done_at timestamptz,
     primary key (account_id, id)
   )`,
  `create index outbox_owed on outbox (created_at) where done_at is null`,
]

const SERVICE_KEYS = [
  `create table service_keys (
    id uuid primary key,
    name text not null,
    secret_sha256 bytea not null unique,
    scopes text[] not null,
    created_at timestamptz not null,
    revoked_at timestamptz
  )`,
  `create unique index one_key_in_force_per_name on service_keys (name) where revoked_at is null`,
]

const STATEMENTS = [
  ...TYPES,
  ACCOUNTS,
  ...RATE_CARDS,
  ...USAGE,
  ...ENTRIES,
  ...APPEND_ONLY,
  ...OUTBOX,
  ...SERVICE_KEYS,
]
