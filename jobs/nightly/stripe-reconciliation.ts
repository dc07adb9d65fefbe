import { inTransaction } from '../../db/transaction.ts'
import { defineRun } from '../nightly-run.ts'
import { paymentDepsOf } from '../payment-deps.ts'
import { reconcile } from '../reconcile.ts'

/** Compares everything that Stripe has with what is here and closes every gap; nothing where Stripe is not configured. */
export const stripeReconciliation = defineRun({
  kind: 'stripe-reconciliation',

  async work(context, run) {
    if (!context.stripe) return
    const { tallies } = await reconcile(paymentDepsOf(context))
    const seen = Object.values(tallies).reduce((sum, tally) => sum + tally.seen - tally.foreign, 0)
    context.log.info({ tallies }, 'payments reconciled')
    await inTransaction(context.db, (tx) => run.save(tx, { position: 'compared', done: seen, refused: 0 }))
  },
})
