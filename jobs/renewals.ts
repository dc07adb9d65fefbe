import { listNumbersToLookAt, type RenewalPlace } from '../db/renewals-due.ts'
import { inTransaction } from '../db/transaction.ts'
import { defineRun } from './nightly-run.ts'
import { renewNumbers } from './renew-numbers.ts'
import { renewalPrices } from './renew-prices.ts'

const PAGE = 2_000

/**
 * Renews the numbers whose month begins before the run's cut-off, and takes those that cannot be paid a step further.
 * Goes through them by account and age, so that of an account's numbers the one bought first has the first turn at its
 * credit, whatever lies between two pages. Each page is one transaction with the position it leads to.
 */
export const renewals = defineRun({
  kind: 'renewals',
  async work(context, run) {
    const { db } = context
    const pageAfter = (after: RenewalPlace | null) =>
      listNumbersToLookAt(db, { after, before: run.cutOff, limit: PAGE })
    let page = await pageAfter(run.position === null ? null : toPlace(run.position))
    for (let last = page.at(-1); last; last = page.at(-1)) {
      const position = toPosition(last)
      const keys = page
      const priceOf = await renewalPrices(context.rateBook, new Set(keys.map(({ account }) => account)))
      const renewing = inTransaction(db, async (tx) => {
        const renewed = await renewNumbers(tx, context, { keys, dueBefore: run.cutOff, priceOf })
        await run.save(tx, { position, done: renewed.done, refused: renewed.refused })
        return renewed
      })
      // What the next page holds does not depend on this one, and is read again under its own locks.
      const [{ topups }, next] = await Promise.all([renewing, pageAfter(last)])
      for (const { account, id } of topups) await context.wake('advance-topup', { v: 1, account, topup: id })
      page = next
    }
  },
})

function toPosition({ account, anchorAt, number }: RenewalPlace): string {
  return [account, anchorAt.toISOString(), number].join(' ')
}

function toPlace(position: string): RenewalPlace {
  const [account, anchorAt, number] = position.split(' ')
  if (!account || !anchorAt || !number) throw new Error(`no position of a renewal run: ${position}`)
  return { account, anchorAt: new Date(anchorAt), number }
}
