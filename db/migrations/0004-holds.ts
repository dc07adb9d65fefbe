import { type Kysely, sql } from 'kysely'

/** Holds, and what decisions about them need of an account in its own row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

// Sums of the open holds, and of what was charged in the UTC hour and day of the last charge: kept here because whoever
// decides has this row locked.
const ACCOUNTS = `
  alter table accounts
    add column held_micros bigint not null default 0,
    add column open_calls integer not null default 0,
    add column spend_hour timestamptz,
    add column hour_spent_micros bigint not null default 0,
    add column day_spent_micros bigint not null default 0,
    add constraint nothing_less_than_nothing_is_held check (held_micros >= 0 and open_calls >= 0)`

// What was charged today counts from the first hold on. Of accounts that have been quiet for longer nothing counts.
const SPENT_SO_FAR = `
  update accounts a set spend_hour = date_trunc('hour', a.last_posted_at, 'UTC'),
    hour_spent_micros = spent.hour_micros, day_spent_micros = spent.day_micros
  from (
    select recent.id, coalesce(-sum(e.amount_micros), 0) as day_micros,
      coalesce(-sum(e.amount_micros)
        filter (where e.posted_at >= date_trunc('hour', recent.last_posted_at, 'UTC')), 0) as hour_micros
    from accounts recent left join entries e on e.account_id = recent.id
      and e.posted_at >= date_trunc('day', recent.last_posted_at, 'UTC')
      and (e.source like 'usage/%' or e.source like 'renewal/%')
    where recent.last_posted_at > now() - interval '2 days'
    group by recent.id
  ) as spent
  where a.id = spent.id`

// An ask that was refused is kept too, so that it stays refused. The first grant is the answer to the ask for good.
const HOLDS = [
  `create type hold_state as enum ('open', 'settled', 'released', 'expired', 'refused')`,
  `create table holds (
     started_at timestamptz not null,
     expires_at timestamptz not null,
     ended_at timestamptz,
     amount_micros bigint not null,
     first_amount_micros bigint not null,
     charged_micros bigint,
     first_warn_at timestamptz,
     wanted_seconds integer,
     granted_seconds integer,
     first_seconds integer,
     rate_version_id integer,
     rate_row integer,
     item item not null,
     kind usage_kind,
     state hold_state not null,
     segments smallint,
     account_id text collate "C" not null,
     request_id text collate "C" not null,
     from_number text,
     to_number text not null,
     capped_prefix text collate "C",
     reason text,
     usage_id text collate "C",
     primary key (account_id, request_id),
     constraint a_hold_holds_nothing_or_more check (amount_micros >= 0 and first_amount_micros >= 0),
     constraint what_is_refused_says_why check ((state = 'refused') = (reason is not null)),
     constraint what_is_not_open_has_ended check ((state = 'open') = (ended_at is null)),
     constraint a_settled_hold_names_its_usage check (state <> 'settled' or usage_id is not null)
   ) with (fillfactor = 80)`,
  `create index holds_to_expire on holds (expires_at) where state = 'open'`,
  `create index holds_of_capped_prefixes on holds (account_id, capped_prefix, started_at)
     where capped_prefix is not null`,
  `create table hold_extensions (
     answered_at timestamptz not null,
     amount_micros bigint not null,
     warn_at timestamptz,
     wanted_seconds integer not null,
     granted_seconds integer,
     account_id text collate "C" not null,
     hold_request_id text collate "C" not null,
     request_id text collate "C" not null,
     reason text,
     primary key (account_id, hold_request_id, request_id)
   )`,
]

const STATEMENTS = [ACCOUNTS, SPENT_SO_FAR, ...HOLDS]
