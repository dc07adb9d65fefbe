import { z } from 'zod'
import { noteRechargeNeed } from '../db/accounts.ts'
import { completeOutboxJob } from '../db/outbox.ts'
import { inTransaction } from '../db/transaction.ts'
import { defineJob } from './define-job.ts'

/**
 * Notes that an account's credit fell below its recharge threshold. Decides by the balance of this moment, not of the
 * one that wrote the outbox row. Running twice changes nothing: the outbox row is done by then. Dying half-way leaves
 * nothing, and the sweeper hands the row over again.
 */
export const rechargeAccount = defineJob({
  name: 'recharge-account',
  queue: 'recharge',
  attempts: 5,
  timeoutMs: 30_000,
  payload: z.object({ v: z.literal(1), account: z.string(), outboxId: z.uuid() }),

  async run({ account, outboxId }, { db, clock, log }) {
    const needed = await inTransaction(db, async (tx) => {
      const now = clock.now()
      const owed = await completeOutboxJob(tx, { account, id: outboxId }, now)
      return owed && (await noteRechargeNeed(tx, account, now))
    })
    if (needed) log.info({ account }, 'account needs a recharge')
  },
})
