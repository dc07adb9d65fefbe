import type { Clock, NewId } from '../config/clock.ts'
import { enqueue } from '../db/outbox.ts'
import type { Tx } from '../db/transaction.ts'

/** Has it decided whether to recharge accounts whose credit fell below something that calls for it. */
export async function wakeRecharges(
  tx: Tx,
  { clock, newId }: { readonly clock: Clock; readonly newId: NewId },
  accounts: readonly string[],
): Promise<void> {
  const jobs = accounts.map((account) => ({
    id: newId(),
    account,
    job: 'recharge-account',
    payload: { v: 1, account },
  }))
  await enqueue(tx, jobs, clock.now())
}
