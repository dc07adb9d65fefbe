import { sql } from 'kysely'
import type { Db } from '../../db/connect.ts'

/**
 * Gives accounts numbers by the thousand, straight into the tables: bought within a day, the first month paid, each account
 * with credit of 100 USD a number, but for each tenth, which has 7 USD.
 */
export async function insertNumbers(
  db: Db,
  { count, accounts, boughtAt }: { count: number; accounts: number; boughtAt: Date },
): Promise<void> {
  const credit = BigInt(Math.ceil(count / accounts)) * 100_000_000n
  await sql`
    insert into accounts (id, time_zone, created_at, balance_micros, entry_seq, last_posted_at)
    select 'many-' || lpad(n::text, 6, '0'), 'America/New_York', ${boughtAt}, ${credit}, 1, ${boughtAt}
    from generate_series(0, ${accounts - 1}::integer) as n`.execute(db)
  await sql`
    insert into service_states (account_id, state, reason, since, looked_entry_seq)
    select id, 'active', null, ${boughtAt}, 1 from accounts where id like 'many-%'`.execute(db)
  await sql`
    insert into auto_recharges (account_id, updated_at)
    select id, ${boughtAt} from accounts where id like 'many-%'`.execute(db)
  await sql`
    insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
    select id, 1, 'promotion', 'expense:promotion', ${credit}, ${credit}, 'promotion/start', ${boughtAt}, ${boughtAt}
    from accounts where id like 'many-%'`.execute(db)
  await sql`
    insert into phone_numbers (account_id, number, state, state_since, time_zone, anchor_at, last_charged_index, next_look_at)
    select 'many-' || lpad((n % ${accounts})::text, 6, '0'), '+1415' || lpad(n::text, 7, '0'), 'active', at,
      'America/New_York', at, 0, at + interval '28 days'
    from generate_series(0, ${count - 1}::integer) as n,
      lateral (select ${boughtAt}::timestamptz + n % 86400 * interval '1 second' as at) as bought`.execute(db)
  await sql`
    insert into number_changes (account_id, number, seq, event, state, reason, changed_by, changed_at)
    select account_id, number, 1, 'purchase', 'active', 'inserted', 'test', anchor_at from phone_numbers`.execute(
    db,
  )
}
