import type { Stripe } from '../../clients/stripe-types.ts'
import type { CardFacts } from './test-cards.ts'

/** An object as it is stored: these fields hold the ids of other objects, which an answer may show in full. */
type Unexpanded<Shown, Ids extends keyof Shown> = Omit<Shown, Ids> & {
  [Name in Ids]: Extract<Shown[Name], string | null>
}

export type Customer = Stripe.Customer
export type PaymentMethod = Unexpanded<Stripe.PaymentMethod, 'customer'>
export type SetupIntent = Unexpanded<Stripe.SetupIntent, 'customer' | 'payment_method' | 'latest_attempt'>
export type PaymentIntent = Unexpanded<Stripe.PaymentIntent, 'customer' | 'latest_charge' | 'payment_method'>
export type Charge = Unexpanded<Stripe.Charge, 'balance_transaction' | 'customer' | 'payment_intent'>
export type Refund = Unexpanded<Stripe.Refund, 'balance_transaction' | 'charge' | 'payment_intent'>
export type Dispute = Unexpanded<Stripe.Dispute, 'charge' | 'payment_intent'>
export type BalanceTransaction = Unexpanded<Stripe.BalanceTransaction, 'source'>
export type EventType = Stripe.Event['type']
export type StripeEvent = Stripe.EventBase & { type: EventType }

/** An answer that is kept under its idempotency key. */
export interface KeptAnswer {
  readonly at: number
  readonly method: string
  readonly path: string
  /** A hash of the parameters as they were sent, for they may hold a card number. */
  readonly paramsHash: string
  readonly requestId: string
  readonly status: number
  readonly body: string
}

/** All that the stand-in knows: plain data, in the order in which it came. */
export interface State {
  readonly customers: Map<string, Customer>
  readonly paymentMethods: Map<string, PaymentMethod>
  /** What Stripe knows of a payment method and does not show, by the payment method's id. */
  readonly cards: Map<string, CardFacts>
  readonly setupIntents: Map<string, SetupIntent>
  readonly paymentIntents: Map<string, PaymentIntent>
  readonly charges: Map<string, Charge>
  readonly refunds: Map<string, Refund>
  readonly disputes: Map<string, Dispute>
  readonly balanceTransactions: Map<string, BalanceTransaction>
  readonly events: Map<string, StripeEvent>
  readonly keys: Map<string, KeptAnswer>
}

export function emptyState(): State {
  return {
    customers: new Map(),
    paymentMethods: new Map(),
    cards: new Map(),
    setupIntents: new Map(),
    paymentIntents: new Map(),
    charges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    balanceTransactions: new Map(),
    events: new Map(),
    keys: new Map(),
  }
}
