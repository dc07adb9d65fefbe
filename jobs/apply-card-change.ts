import type { StripeCard } from '../clients/stripe-card.ts'
import { readAutoRecharge, resumeAutoRecharge } from '../db/auto-recharge.ts'
import { findCardAccount, readCards, removeCard, updateCard } from '../db/cards.ts'
import { lockAccount } from '../db/lock-account.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { askStripe } from './ask-stripe.ts'
import { definite } from './definite.ts'
import type { PaymentDeps } from './payment-deps.ts'
import { cardRemoved } from './remove-card.ts'

/**
 * Takes over what became of a card on file: the network gave it another number or expiry, or it was detached at Stripe. A
 * card that was detached, or that Stripe does not have any more, comes off file, and auto-recharge pauses when it was the last.
 */
export async function applyCardChange(deps: PaymentDeps, cardId: string): Promise<string> {
  const account = await findCardAccount(deps.db, cardId)
  if (account === null) return 'ignored'
  const answer = await askStripe(deps, (stripe) => stripe.readCard(cardId))
  const card = answer.kind === 'refused' ? null : definite(answer)
  return await inTransaction(deps.db, async (tx) => {
    const locked = await lockAccount(tx, account)
    if (!locked) return 'ignored'
    if (isAttached(card)) {
      await takeOverCard(tx, deps, { account, card })
      return 'settled'
    }
    if (await removeCard(tx, { account, id: cardId }, deps.clock.now())) await cardRemoved(tx, deps, locked)
    return 'settled'
  })
}

/** A card that expired and got another date is charged again; one of another brand needs another consent. */
async function takeOverCard(
  tx: Tx,
  { clock }: PaymentDeps,
  { account, card }: { account: string; card: StripeCard },
): Promise<void> {
  const before = (await readCards(tx, account)).find(({ id }) => id === card.id)
  await updateCard(tx, { account, ...card })
  const pausedReason = (await readAutoRecharge(tx, account))?.pausedReason ?? null
  const isRenewed = before?.stoppedReason === 'card_expired' && before.brand === card.brand
  if (isRenewed && (pausedReason === null || pausedReason === 'card_expired')) {
    await resumeAutoRecharge(tx, account, clock.now())
  }
}

function isAttached(card: StripeCard | null): card is StripeCard {
  return card !== null && card.customerId !== null
}
