import { type Kysely, sql } from 'kysely'

/** What accounts hold, in rows of their own: whoever grants a hold waits for no charge that is being posted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

// Half-filled pages keep every change on its page, as in accounts.
const ACCOUNT_HOLDS = [
  `create table account_holds (
     account_id text collate "C" primary key,
     held_micros bigint not null default 0,
     open_calls integer not null default 0,
     constraint no_account_holds_less_than_nothing check (held_micros >= 0 and open_calls >= 0)
   ) with (fillfactor = 50)`,
  // Nobody may hold or free anything between the copy and the triggers.
  'lock table accounts in share row exclusive mode',
  'insert into account_holds select id, held_micros, open_calls from accounts',
]

// Processes that are older than this table go on with the columns of accounts, whose changes are carried over. What newer ones
// hold is missing there, so that what older ones free of it may leave less than nothing.
const TRIGGERS = [
  `create function add_account_holds() returns trigger language plpgsql as $$
   begin
     insert into account_holds (account_id) values (new.id);
     return null;
   end $$`,
  `create trigger every_account_has_holds after insert on accounts for each row execute function add_account_holds()`,
  'alter table accounts drop constraint nothing_less_than_nothing_is_held',
  `create function carry_over_holds() returns trigger language plpgsql as $$
   begin
     update account_holds set held_micros = held_micros + new.held_micros - old.held_micros,
       open_calls = open_calls + new.open_calls - old.open_calls
     where account_id = new.id;
     return null;
   end $$`,
  `create trigger holds_of_older_processes after update of held_micros, open_calls on accounts
     for each row execute function carry_over_holds()`,
]

const STATEMENTS = [...ACCOUNT_HOLDS, ...TRIGGERS]
