import { readCards, removeCard } from '../db/cards.ts'
import { type LockedAccount, lockAccount } from '../db/lock-account.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { askStripe } from './ask-stripe.ts'
import { pauseAndTell } from './pause-recharge.ts'
import type { PaymentDeps } from './payment-deps.ts'

/**
 * Takes a card off file and has Stripe forget it. The backup card takes its place; without one auto-recharge pauses. False
 * when it is not on file. Where Stripe gives no answer the card is off file all the same: it is never charged again.
 */
export async function forgetCard(deps: PaymentDeps, key: { account: string; id: string }): Promise<boolean> {
  const wasRemoved = await inTransaction(deps.db, async (tx) => {
    const account = await lockAccount(tx, key.account)
    if (!account || !(await removeCard(tx, key, deps.clock.now()))) return false
    await cardRemoved(tx, deps, account)
    return true
  })
  if (!wasRemoved) return false
  const answer = await askStripe(deps, (stripe) => stripe.detachCard(key.id))
  if (answer.kind !== 'definite')
    deps.log.warn({ card: key.id, answer: answer.kind }, 'card not detached at Stripe')
  return true
}

/** What follows when a card came off file: without any other, auto-recharge pauses, and the customer is told once. */
export async function cardRemoved(
  tx: Tx,
  deps: Pick<PaymentDeps, 'clock' | 'newId'>,
  account: LockedAccount,
): Promise<void> {
  const left = await readCards(tx, account.id)
  if (left.length > 0 || !account.rechargeEnabled) return
  await pauseAndTell(tx, deps, { account, reason: 'no_card' })
}
