import { sql } from 'kysely'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/**
 * Has an account's numbers looked at as soon as this has committed, where one of them waits for credit. The account must
 * be locked.
 */
export async function wakeRenewals(tx: Tx, account: string, now: Date): Promise<void> {
  await sql`
    update auto_recharges set renew_at = ${now}
    where account_id = ${account} and exists (
      select from phone_numbers where account_id = ${account}
        and (state in ('grace', 'suspended') or state = 'active' and next_look_at <= ${now}))`.execute(tx)
}

/** The account's numbers were looked at. The account must be locked. */
export async function forgetRenewals(tx: Tx, account: string): Promise<void> {
  await tx.updateTable('auto_recharges').set({ renew_at: null }).where('account_id', '=', account).execute()
}

/** Claims accounts whose numbers are to be looked at apart from the nightly run. */
export async function claimOwedRenewals(
  db: Db,
  { now, leaseUntil, limit }: { now: Date; leaseUntil: Date; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    with owed as (
      select account_id from auto_recharges where renew_at <= ${now}
      order by renew_at limit ${limit} for update skip locked
    )
    update auto_recharges r set renew_at = ${leaseUntil} from owed where r.account_id = owed.account_id
    returning r.account_id as account`.execute(db)
  return rows.map(({ account }) => account)
}
