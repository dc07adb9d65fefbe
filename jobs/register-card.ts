import { createHash } from 'node:crypto'
import type { CardSetup, StripeCard } from '../clients/stripe-card.ts'
import { LASTING_PAUSES, readAutoRecharge, resumeAutoRecharge } from '../db/auto-recharge.ts'
import {
  completeCardSetup,
  readCustomer,
  readOpenSetup,
  storeCardSetup,
  storeCustomer,
} from '../db/card-setups.ts'
import { addCard, type Consent } from '../db/cards.ts'
import { lockAccount } from '../db/lock-account.ts'
import type { CardRole } from '../db/payment-schema.ts'
import { keepTopupOpen, readOpenTopup } from '../db/topups.ts'
import { inTransaction } from '../db/transaction.ts'
import { askStripe } from './ask-stripe.ts'
import { definite } from './definite.ts'
import type { PaymentDeps } from './payment-deps.ts'

export interface SetupRequest {
  readonly account: string
  readonly role: CardRole
  /** To charges while the customer is not there. */
  readonly consent: Consent
  /** The client's own: with the same key it is the same registration. Without one it is another one. */
  readonly requestKey?: string | null
}

/**
 * Begins to register a card: the browser hands it to Stripe with the secret of this answer, and no number reaches us.
 * Throws a BillingError when Stripe gives no answer; asking again is safe.
 */
export async function beginCardSetup(
  deps: PaymentDeps,
  { account, role, consent, requestKey = null }: SetupRequest,
): Promise<CardSetup> {
  const customerId = await customerOf(deps, account)
  const own = requestKey === null ? deps.newId() : hashOf([account, role, requestKey])
  const idempotencyKey = `setup/${own}`
  const setup = definite(
    await askStripe(deps, (stripe) => stripe.createCardSetup({ account, customerId }, { idempotencyKey })),
  )
  await storeCardSetup(deps.db, { account, id: setup.id, role, consent }, deps.clock.now())
  return setup
}

/** Short enough for Stripe, whatever the client's key is. */
function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex')
}

async function customerOf(deps: PaymentDeps, account: string): Promise<string> {
  const known = await readCustomer(deps.db, account)
  if (known !== null) return known
  const idempotencyKey = `customer/${account}`
  const { id } = definite(
    await askStripe(deps, (stripe) => stripe.createCustomer(account, { idempotencyKey })),
  )
  await storeCustomer(deps.db, { account, customerId: id }, deps.clock.now())
  return (await readCustomer(deps.db, account)) ?? id
}

/**
 * Puts the card of a registration on file once Stripe has it. Whoever hears of it calls this, the page or a webhook; the
 * first one does the work. What the lack of a good card had paused goes on. Null while the registration is not done, or
 * when it was not begun here.
 */
export async function completeSetup(
  deps: PaymentDeps,
  { account, id }: { account: string; id: string },
): Promise<StripeCard | null> {
  const setup = definite(await askStripe(deps, (stripe) => stripe.readCardSetup(id)))
  const { cardId } = setup
  if (setup.status !== 'succeeded' || setup.account !== account || cardId === null) return null
  const card = definite(await askStripe(deps, (stripe) => stripe.readCard(cardId)))
  if (!card) return null
  await inTransaction(deps.db, async (tx) => {
    const now = deps.clock.now()
    await lockAccount(tx, account)
    const begun = await readOpenSetup(tx, { account, id })
    if (!begun) return
    await addCard(tx, { account, ...card, role: begun.role, consent: begun.consent }, now)
    await completeCardSetup(tx, begun, now)
    const autoRecharge = await readAutoRecharge(tx, account)
    const paused = autoRecharge?.pausedReason ?? null
    if (paused === null || !LASTING_PAUSES.has(paused)) await resumeAutoRecharge(tx, account, now)
    // A top-up that waits for the customer to authenticate the old card makes room for the new one.
    const open = await readOpenTopup(tx, account)
    if (open?.origin === 'auto' && open.status === 'requires_action') {
      await keepTopupOpen(tx, open, { nextCheckAt: now })
    }
  })
  return card
}
