import { type Kysely, sql } from 'kysely'

/** Operators with their logins and sessions, and what they did. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create type operator_role as enum ('support', 'admin')`,
  `create table operators (
     name text collate "C" primary key check (name ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
     role operator_role not null,
     password_hash text not null,
     created_at timestamptz not null,
     disabled_at timestamptz
   )`,
  `create table operator_sessions (
     token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
     operator text collate "C" not null references operators (name),
     created_at timestamptz not null,
     expires_at timestamptz not null check (expires_at > created_at)
   )`,
  `create index operator_sessions_of on operator_sessions (operator)`,
  // Log-ins that were refused lately: what limits guessing.
  `create table operator_refusals (
     id uuid primary key,
     name text collate "C" not null,
     address text not null,
     refused_at timestamptz not null
   )`,
  `create index operator_refusals_by_time on operator_refusals (refused_at)`,
  `create table operator_actions (
     id uuid primary key,
     operator text collate "C" not null,
     action text not null,
     subject text not null,
     detail text,
     acted_at timestamptz not null
   )`,
  `create index operator_actions_by_time on operator_actions (acted_at)`,
  // For the figures of the last day.
  `create index topup_attempts_by_time on topup_attempts (created_at)`,
  `create index mails_by_time on mails (created_at)`,
]
