import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** Until when everything at Stripe has been seen; null before the first reconciliation. */
export async function readSeenUntil(db: Db): Promise<Date | null> {
  const { seen_until } = await db.selectFrom('reconciliations').select('seen_until').executeTakeFirstOrThrow()
  return seen_until
}

/** Notes until when everything has been seen; it never goes back. */
export async function storeSeenUntil(db: Db, seenUntil: Date): Promise<void> {
  await db
    .updateTable('reconciliations')
    .set({ seen_until: seenUntil })
    .where((eb) => eb.or([eb('seen_until', 'is', null), eb('seen_until', '<', seenUntil)]))
    .execute()
}

/** Has the next reconciliation begin at once: there may be a payment that is not known here. */
export async function hastenReconciliation(tx: Tx, now: Date): Promise<void> {
  await tx.updateTable('reconciliations').set({ next_at: now }).execute()
}
