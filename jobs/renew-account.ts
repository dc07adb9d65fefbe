import { z } from 'zod'
import { listNumbersToRenew, lockRenewalAccounts, type RenewalPlace } from '../db/renewals-due.ts'
import { forgetRenewals } from '../db/renewals-owed.ts'
import { inTransaction } from '../db/transaction.ts'
import { defineJob } from './define-job.ts'
import { renewNumbers } from './renew-numbers.ts'
import { renewalPrices } from './renew-prices.ts'

const PAGE = 2_000

/**
 * Decides again about the numbers of an account that wait for credit, because some came in or a top-up has ended: credit
 * brings back everything that is not released, the number bought first before the others. Running twice charges nothing
 * twice. Dying half-way leaves the rest to the next sweep.
 */
export const renewAccount = defineJob({
  name: 'renew-account',
  queue: 'recharge',
  attempts: 5,
  timeoutMs: 60_000,
  payload: z.object({ v: z.literal(1), account: z.string() }),

  async run({ account }, context) {
    const { db, clock, rateBook } = context
    const priceOf = await renewalPrices(rateBook, [account])
    let after: RenewalPlace | null = null
    for (;;) {
      const now = clock.now()
      const page: RenewalPlace[] = await listNumbersToRenew(db, { account, after, now, limit: PAGE })
      const isLast = page.length < PAGE
      const { topups } = await inTransaction(db, async (tx) => {
        await lockRenewalAccounts(tx, [account])
        const renewed = await renewNumbers(tx, context, { keys: page, dueBefore: now, priceOf })
        if (isLast) await forgetRenewals(tx, account)
        return renewed
      })
      for (const { id } of topups) await context.wake('advance-topup', { v: 1, account, topup: id })
      if (isLast) return
      after = page.at(-1) ?? null
    }
  },
})
