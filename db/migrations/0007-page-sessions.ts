import { type Kysely, sql } from 'kysely'

/** Customers' sessions on the billing page, and answers that are repeated when a request is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  // The guard of "used once"; kept for longer than a token is valid.
  `create table used_page_tokens (
     token_sha256 bytea primary key,
     used_at timestamptz not null
   )`,
  `create table page_sessions (
     secret_sha256 bytea primary key,
     account_id text collate "C" not null,
     role text not null,
     user_id text not null,
     user_name text not null,
     created_at timestamptz not null,
     seen_at timestamptz not null,
     constraint a_role_is_one_of_two check (role in ('viewer', 'manager'))
   )`,
  `create table repeatable_requests (
     account_id text collate "C" not null,
     key text collate "C" not null,
     request_sha256 bytea not null,
     started_at timestamptz not null,
     status integer,
     headers jsonb,
     body text,
     primary key (account_id, key),
     constraint an_answer_is_whole check ((status is null) = (headers is null) and (status is null) = (body is null))
   )`,
  `alter table service_keys add column last_used_at timestamptz`,
]
