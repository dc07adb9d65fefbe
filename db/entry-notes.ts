import { sql } from 'kysely'
import type { Db } from './connect.ts'

/**
 * Says why an entry was posted and who decided it, where that is known only after it was posted: by a webhook, for
 * example. The first note stays. False when there is no such entry.
 */
export async function noteEntry(
  db: Db,
  note: { account: string; source: string; reason: string; postedBy: string },
): Promise<boolean> {
  const { rows } = await sql`
    with entry as (
      select account_id, seq from entries where account_id = ${note.account} and source = ${note.source}
      and source not like 'usage/%'
    ), noted as (
      insert into entry_notes (account_id, seq, reason, posted_by)
      select account_id, seq, ${note.reason}, ${note.postedBy} from entry on conflict do nothing
    )
    select seq from entry`.execute(db)
  return rows.length > 0
}
