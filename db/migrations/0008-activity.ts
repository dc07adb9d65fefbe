import { type Kysely, sql } from 'kysely'

/** What finds the entries and the usage of one number, call or item. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  // By a hash of 8 bytes, a third of what account and call would take.
  `create index usage_of_one_call on usage_records (hashtextextended(account_id || '/' || call_id, 0))
     where call_id is not null`,
  // The hash that finds partitions: it stays the same from one release of Postgres to the next.
  `create function activity_key(word text) returns smallint language sql immutable strict parallel safe
     as 'select ((hashtextextended(word, 0) & 65535) - 32768)::smallint'`,
  // Seven bytes an entry, written at night: an index of numbers and calls takes over sixty, and slows each charge down.
  // Rows stay below the size that is moved out of their page.
  `create table activity_blocks (
     first_seq bigint not null,
     account_id text collate "C" not null,
     items item[] not null,
     keys smallint[] not null,
     primary key (account_id, first_seq)
   )`,
]
