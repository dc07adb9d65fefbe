import { sql } from 'kysely'
import type { Db } from './connect.ts'
import type { TopupKey } from './topups.ts'

interface Claim {
  readonly now: Date
  /** Nobody else claims the same before. */
  readonly leaseUntil: Date
  readonly limit: number
}

/** Claims open top-ups that are to be looked at: their worker died, their outcome is unknown, or their time is up. */
export async function claimOwedTopups(db: Db, { now, leaseUntil, limit }: Claim): Promise<TopupKey[]> {
  const { rows } = await sql<TopupKey>`
    with owed as (
      select account_id, id from topups where settled_at is null and next_check_at <= ${now}
      order by next_check_at limit ${limit} for update skip locked
    )
    update topups t set next_check_at = ${leaseUntil} from owed
    where t.account_id = owed.account_id and t.id = owed.id
    returning t.account_id as account, t.id`.execute(db)
  return rows
}

/** Claims accounts for which it is time to decide again whether to recharge. */
export async function claimOwedRecharges(db: Db, { now, leaseUntil, limit }: Claim): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    with owed as (
      select account_id from auto_recharges where wake_at <= ${now}
      order by wake_at limit ${limit} for update skip locked
    )
    update auto_recharges r set wake_at = ${leaseUntil} from owed where r.account_id = owed.account_id
    returning r.account_id as account`.execute(db)
  return rows.map(({ account }) => account)
}

/** True for one caller when a reconciliation is due; the next one is due at `nextAt`. */
export async function claimReconciliation(db: Db, claim: { now: Date; nextAt: Date }): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('reconciliations')
    .set({ next_at: claim.nextAt })
    .where('next_at', '<=', claim.now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
