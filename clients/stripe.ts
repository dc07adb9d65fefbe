import { Stripe } from 'stripe'
import { type Micros, microsToCentsExact } from '../billing/money.ts'
import { type Answer, answerOf, mapAnswer } from './stripe-answer.ts'
import { type CardSetup, type StripeCard, toCard, toCardSetup } from './stripe-card.ts'
import { listsOf, type StripeLists } from './stripe-lists.ts'
import { EXPAND_PAYMENT, METADATA, type Payment, paymentAnswer } from './stripe-payment.ts'
import { type StripeDispute, type StripeRefund, toDispute, toRefund } from './stripe-return.ts'

/** Pinned: a newer one may name things differently. */
const API_VERSION = '2026-10-28.endive'
/** The SDK's own limit lies above ours, which also covers a body that stalls. */
const SDK_TIMEOUT_MS = 25_000
const ANSWER_TIMEOUT_MS = 20_000

export interface StripeSettings {
  readonly secretKey: string
  /** Stripe's own, or any Stripe-compatible server. */
  readonly apiBase: string
  /** How long an answer may take: 20 seconds when left out; tests cannot wait as long. */
  readonly answerTimeoutMs?: number
}

export type PaymentKey = { readonly idempotencyKey: string }

/** What the product asks of Stripe. Every call ends in an answer within 20 seconds and throws for mistakes of ours alone. */
export interface StripeClient extends StripeLists {
  createCustomer(account: string, key: PaymentKey): Promise<Answer<{ readonly id: string }>>
  createCardSetup(setup: NewCardSetup, key: PaymentKey): Promise<Answer<CardSetup>>
  readCardSetup(id: string): Promise<Answer<CardSetup>>
  /** Null for a payment method that is no card. */
  readCard(id: string): Promise<Answer<StripeCard | null>>
  detachCard(id: string): Promise<Answer<StripeCard | null>>
  /** Unconfirmed and without a card: it moves no money. */
  createPayment(payment: NewPayment, key: PaymentKey): Promise<Answer<Payment>>
  confirmPayment(confirmation: Confirmation, key: PaymentKey): Promise<Answer<Payment>>
  readPayment(id: string): Promise<Answer<Payment>>
  cancelPayment(id: string, key: PaymentKey): Promise<Answer<Payment>>
  /** All of what is left when no amount is given. */
  refundPayment(
    refund: { paymentId: string; amount: Micros | null },
    key: PaymentKey,
  ): Promise<Answer<StripeRefund>>
  readRefund(id: string): Promise<Answer<StripeRefund>>
  readDispute(id: string): Promise<Answer<StripeDispute>>
}

export interface NewCardSetup {
  readonly account: string
  readonly customerId: string
}

export interface NewPayment {
  readonly account: string
  readonly topup: string
  readonly customerId: string
  readonly amount: Micros
}

export interface Confirmation {
  readonly paymentId: string
  readonly cardId: string
  /** Whether the customer is there to authenticate. */
  readonly offSession: boolean
}

export function createStripeClient({
  secretKey,
  apiBase,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
}: StripeSettings): StripeClient {
  const { hostname, port, protocol } = new URL(apiBase)
  const stripe = new Stripe(secretKey, {
    apiVersion: API_VERSION,
    host: hostname,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : port,
    protocol: protocol === 'https:' ? 'https' : 'http',
    // Retries are ours: each is decided by what is in Postgres.
    maxNetworkRetries: 0,
    timeout: SDK_TIMEOUT_MS,
    telemetry: false,
  })
  const payment = (request: Promise<Stripe.PaymentIntent>) => paymentAnswer(request, answerTimeoutMs)
  const answer = <From, To>(request: Promise<From>, to: (value: From) => To) =>
    answerOf(request, answerTimeoutMs).then((answered) => mapAnswer(answered, to))

  return {
    ...listsOf(stripe, answerTimeoutMs),
    createCustomer: (account, key) =>
      answer(stripe.customers.create({ metadata: { [METADATA.account]: account } }, key), ({ id }) => ({
        id,
      })),
    createCardSetup: ({ account, customerId }, key) =>
      answer(
        stripe.setupIntents.create(
          {
            customer: customerId,
            usage: 'off_session',
            allowed_payment_method_types: ['card'],
            metadata: { [METADATA.account]: account },
          },
          key,
        ),
        toCardSetup,
      ),
    readCardSetup: (id) => answer(stripe.setupIntents.retrieve(id), toCardSetup),
    readCard: (id) => answer(stripe.paymentMethods.retrieve(id), toCard),
    detachCard: (id) => answer(stripe.paymentMethods.detach(id), toCard),
    createPayment: ({ account, topup, customerId, amount }, key) =>
      payment(
        stripe.paymentIntents.create(
          {
            amount: microsToCentsExact(amount),
            currency: 'usd',
            customer: customerId,
            allowed_payment_method_types: ['card'],
            metadata: { [METADATA.account]: account, [METADATA.topup]: topup },
            expand: EXPAND_PAYMENT,
          },
          key,
        ),
      ),
    confirmPayment: ({ paymentId, cardId, offSession }, key) =>
      payment(
        stripe.paymentIntents.confirm(
          paymentId,
          { payment_method: cardId, off_session: offSession, expand: EXPAND_PAYMENT },
          key,
        ),
      ),
    readPayment: (id) => payment(stripe.paymentIntents.retrieve(id, { expand: EXPAND_PAYMENT })),
    cancelPayment: (id, key) => payment(stripe.paymentIntents.cancel(id, { expand: EXPAND_PAYMENT }, key)),
    refundPayment: ({ paymentId, amount }, key) =>
      answer(
        stripe.refunds.create(
          {
            payment_intent: paymentId,
            ...(amount === null ? {} : { amount: microsToCentsExact(amount) }),
          },
          key,
        ),
        toRefund,
      ),
    readRefund: (id) => answer(stripe.refunds.retrieve(id), toRefund),
    readDispute: (id) => answer(stripe.disputes.retrieve(id), toDispute),
  }
}
