import { type Kysely, sql } from 'kysely'

/** The state of each account's service, the stream of its changes, and the webhooks that tell of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

// An account is looked at when its time has come; half-filled pages keep most of that on its page.
const STATES = [
  `create type service_state as enum ('active', 'ending', 'stopped')`,
  `create table service_states (
     account_id text collate "C" primary key,
     state service_state not null default 'stopped',
     reason text default 'no_credit',
     since timestamptz not null,
     seq integer not null default 0,
     look_at timestamptz,
     looked_entry_seq bigint not null default 0,
     constraint only_an_active_service_needs_no_reason check ((state = 'active') = (reason is null))
   ) with (fillfactor = 50)`,
  `create index service_states_to_look_at on service_states (look_at) where look_at is not null`,
  `insert into service_states (account_id, state, reason, since, looked_entry_seq)
   select id,
     case when status = 'active' and balance_micros > 0 then 'active' else 'stopped' end::service_state,
     case status when 'closed' then 'account_closed' when 'suspended' then 'account_suspended'
       else case when balance_micros <= 0 then 'no_credit' end end,
     coalesce(last_posted_at, created_at), entry_seq
   from accounts`,
]

// The stream is one for all accounts: its rows are as rare as changes of service, so one counter orders them.
const EVENTS = [
  `create table service_stream (
     one boolean primary key default true check (one),
     position bigint not null default 0
   )`,
  `insert into service_stream default values`,
  `create table service_events (
     account_id text collate "C" not null,
     seq integer not null,
     position bigint not null,
     id uuid not null,
     state service_state not null,
     previous service_state not null,
     reason text,
     available_micros bigint not null,
     at timestamptz not null,
     primary key (account_id, seq),
     constraint an_event_changes_something check (seq >= 1)
   )`,
  `create unique index service_events_in_order on service_events (position)`,
  `create trigger service_events_are_append_only before update or delete or truncate on service_events
     for each statement execute function refuse_change()`,
]

// One row: how far the slow walk over all accounts has come, and when it goes on.
const PATROLS = [
  `create table service_patrols (
     one boolean primary key default true check (one),
     after_account text collate "C" not null default '',
     next_at timestamptz not null default '-infinity'
   )`,
  `insert into service_patrols default values`,
]

const WEBHOOKS = [
  `create table webhook_endpoints (
     id uuid primary key,
     url text not null,
     events text[] not null,
     created_at timestamptz not null,
     failing_since timestamptz,
     last_failure text,
     last_failed_at timestamptz,
     closed_until timestamptz,
     constraint an_endpoint_wants_states check (
       cardinality(events) > 0 and events <@ array['active', 'ending', 'stopped']),
     constraint a_failure_has_a_time check ((last_failure is null) = (last_failed_at is null))
   )`,
  `create table webhook_secrets (
     endpoint_id uuid not null references webhook_endpoints (id) on delete cascade,
     id uuid not null,
     secret text not null,
     created_at timestamptz not null,
     expires_at timestamptz,
     primary key (endpoint_id, id)
   )`,
  // How far each endpoint has been told of each account; without a next try it has been told everything.
  `create table webhook_deliveries (
     account_id text collate "C" not null,
     endpoint_id uuid not null,
     delivered_seq integer not null,
     next_try_at timestamptz,
     tries integer not null default 0,
     trying_since timestamptz,
     primary key (account_id, endpoint_id)
   ) with (fillfactor = 50)`,
  `create index webhook_deliveries_owed on webhook_deliveries (next_try_at) where next_try_at is not null`,
]

const STATEMENTS = [...STATES, ...EVENTS, ...PATROLS, ...WEBHOOKS]
