import type { Stripe } from 'stripe'
import { METADATA } from './stripe-payment.ts'

/** A card as Stripe keeps it; its number is never seen here. */
export interface StripeCard {
  /** Of the payment method. */
  readonly id: string
  /** The same for the same number; wallets have one of their own. */
  readonly fingerprint: string
  readonly brand: string
  readonly last4: string
  readonly expiryMonth: number
  readonly expiryYear: number
  /** Null when it belongs to nobody, any more or yet. */
  readonly customerId: string | null
}

/** A SetupIntent: how a browser hands a card to Stripe, past us. */
export interface CardSetup {
  readonly id: string
  readonly status: Stripe.SetupIntent.Status
  readonly account: string | null
  readonly clientSecret: string | null
  /** The payment method that came of it. */
  readonly cardId: string | null
}

/** Null for what is no card. */
export function toCard({ id, card, customer }: Stripe.PaymentMethod): StripeCard | null {
  if (!card) return null
  return {
    id,
    fingerprint: card.fingerprint ?? id,
    brand: card.brand,
    last4: card.last4,
    expiryMonth: card.exp_month,
    expiryYear: card.exp_year,
    customerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
  }
}

export function toCardSetup(intent: Stripe.SetupIntent): CardSetup {
  const method = intent.payment_method
  return {
    id: intent.id,
    status: intent.status,
    account: intent.metadata?.[METADATA.account] ?? null,
    clientSecret: intent.client_secret,
    cardId: typeof method === 'string' ? method : (method?.id ?? null),
  }
}
