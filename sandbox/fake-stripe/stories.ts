import { settlePayment } from './charge-card.ts'
import { chargeOf } from './charges.ts'
import { authenticatePayment } from './confirm-payment.ts'
import { authenticateSetup } from './confirm-setup.ts'
import type { Decline } from './decline-codes.ts'
import { closeDispute, disputeOf, openDispute } from './disputes.ts'
import { held, type Merchant } from './merchant.ts'
import { paymentOf } from './payment-intents.ts'
import { detach, knownOf } from './payment-methods.ts'
import { completeRefund, createRefund, failRefund, refundOf } from './refunds.ts'
import { setupOf } from './setup-intents.ts'
import type { StateSaver } from './state-file.ts'
import type { Dispute, Refund } from './stripe-objects.ts'
import type { CardBehaviour } from './test-cards.ts'

/** What happens without a request of ours: customers, banks and people in Stripe's dashboard. Each throws on a wrong id. */
export interface Stories {
  /** The customer authenticates a payment or a set-up that asks for it, or fails to. */
  authenticate(intentId: string, isAuthentic: boolean): Promise<void>
  /** A payment in `processing` succeeds, or is declined. */
  settlePayment(paymentId: string, decline: Decline | null): Promise<void>
  /** What the next charges of a card come to; null makes it its test card again. */
  behave(paymentMethodId: string, behaviour: CardBehaviour | null): Promise<void>
  /** The bank sends a new expiry or number for a card. */
  updateCard(paymentMethodId: string, card: NewCardDetails): Promise<void>
  /** A card is removed in the dashboard. */
  removeCard(paymentMethodId: string): Promise<void>
  /** A refund is made in the dashboard, of all that is left or of these cents. */
  refund(paymentId: string, amount?: number): Promise<Refund>
  completeRefund(refundId: string): Promise<void>
  failRefund(refundId: string): Promise<void>
  openDispute(paymentId: string, dispute?: Parameters<typeof openDispute>[2]): Promise<Dispute>
  closeDispute(disputeId: string, verdict: 'lost' | 'won'): Promise<void>
}

export interface NewCardDetails {
  readonly exp_month?: number
  readonly exp_year?: number
  readonly last4?: string
}

export function createStories(merchant: Merchant, saver: StateSaver): Stories {
  const tell = async <Told>(happen: () => Told): Promise<Told> => {
    merchant.request = null
    const told = structuredClone(happen())
    await saver.saved()
    return told
  }
  return {
    authenticate: (id, isAuthentic) => tell(() => authenticate(merchant, id, isAuthentic)),
    settlePayment: (id, decline) =>
      tell(() => {
        const intent = paymentOf(merchant, id)
        requireStatus(intent, 'processing')
        settlePayment(merchant, intent, decline)
      }),
    behave: (id, behaviour) =>
      tell(() => {
        knownOf(merchant, storedCard(merchant, id)).facts.behaviour = behaviour
      }),
    updateCard: (id, details) =>
      tell(() => {
        const method = storedCard(merchant, id)
        const previous = structuredClone(method.card)
        Object.assign(method.card ?? {}, details)
        merchant.emit('payment_method.automatically_updated', method, { card: previous })
      }),
    removeCard: (id) =>
      tell(() => {
        detach(merchant, storedCard(merchant, id))
      }),
    refund: (id, amount) =>
      tell(() =>
        createRefund(merchant, {
          payment_intent: id,
          ...(amount === undefined ? {} : { amount: String(amount) }),
        }),
      ),
    completeRefund: (id) => tell(() => completeRefund(merchant, refundOf(merchant, id))),
    failRefund: (id) => tell(() => failRefund(merchant, refundOf(merchant, id), 'lost_or_stolen_card')),
    openDispute: (id, dispute) =>
      tell(() =>
        openDispute(merchant, chargeOf(merchant, paymentOf(merchant, id).latest_charge ?? ''), dispute),
      ),
    closeDispute: (id, verdict) => tell(() => closeDispute(merchant, disputeOf(merchant, id), verdict)),
  }
}

function authenticate(merchant: Merchant, id: string, isAuthentic: boolean): void {
  if (id.startsWith('seti_')) {
    const setup = setupOf(merchant, id)
    requireStatus(setup, 'requires_action')
    authenticateSetup(merchant, setup, isAuthentic)
    return
  }
  const payment = paymentOf(merchant, id)
  requireStatus(payment, 'requires_action')
  authenticatePayment(merchant, payment, isAuthentic)
}

function requireStatus({ id, status }: { id: string; status: string }, wanted: string): void {
  if (status !== wanted) throw new Error(`${id} is ${status}, not ${wanted}`)
}

function storedCard(merchant: Merchant, id: string) {
  return held(merchant.state.paymentMethods, id, { object: 'PaymentMethod' })
}
