import { type Kysely, sql } from 'kysely'

/** Policies for the end of the money and limits against fraud; an account without a row has the default ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table service_policies (
     account_id text collate "C" primary key,
     policy jsonb not null,
     updated_at timestamptz not null
   )`,
  `create table service_policy_changes (
     account_id text collate "C" not null,
     id uuid not null,
     changed_at timestamptz not null,
     changed_by text not null,
     policy jsonb not null,
     primary key (account_id, id)
   )`,
  `create trigger service_policy_changes_are_append_only before update or delete or truncate on service_policy_changes
     for each statement execute function refuse_change()`,
]
