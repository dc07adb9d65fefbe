import { z } from 'zod'
import { noteRechargeNeed } from '../db/accounts.ts'
import { completeOutboxJob } from '../db/outbox.ts'
import { inTransaction } from '../db/transaction.ts'
import { defineJob } from './define-job.ts'
import { startRecharge } from './start-recharge.ts'

const NOTHING = { isNeeded: false, topup: null }

/**
 * Recharges an account whose credit fell below its threshold, or whose time to try again has come. Decides by everything
 * as it is at this moment and opens a top-up in one transaction; charging it is the next job's work. Running twice, also
 * at the same time, opens one: the second finds the outbox row done or the top-up open. Dying half-way leaves nothing, or
 * an open top-up that is due within a minute.
 */
export const rechargeAccount = defineJob({
  name: 'recharge-account',
  queue: 'recharge',
  attempts: 5,
  timeoutMs: 30_000,
  payload: z.object({ v: z.literal(1), account: z.string(), outboxId: z.uuid().optional() }),

  async run({ account, outboxId }, context) {
    const { db, clock } = context
    const begun = await inTransaction(db, async (tx) => {
      const now = clock.now()
      const isOwed = outboxId === undefined || (await completeOutboxJob(tx, { account, id: outboxId }, now))
      if (!isOwed) return NOTHING
      const isNeeded = await noteRechargeNeed(tx, account, now)
      return { isNeeded, topup: context.stripe ? await startRecharge(tx, context, account) : null }
    })
    if (begun.isNeeded) context.log.info({ account }, 'account needs a recharge')
    if (begun.topup) await context.wake('advance-topup', { v: 1, account, topup: begun.topup.id })
  },
})
