import { Stripe } from 'stripe'
import type { Decline } from '../billing/decline.ts'
import { centsToMicros, type Micros } from '../billing/money.ts'
import { type Answer, answerOf } from './stripe-answer.ts'

/** A PaymentIntent, as far as the ledger and the protocol need it. */
export interface Payment {
  readonly id: string
  readonly status: Stripe.PaymentIntent.Status
  readonly currency: string
  /** What was taken from the card; zero until it succeeded. */
  readonly captured: Micros
  /** Whose it is, by the metadata that we gave it; null when it is none of ours. */
  readonly account: string | null
  readonly topup: string | null
  /** Lets the customer's browser finish this payment: for nobody else's eyes. */
  readonly clientSecret: string | null
  /** The last refusal, with the card that was refused. */
  readonly decline: PaymentDecline | null
  readonly createdAt: Date
}

export interface PaymentDecline extends Decline {
  readonly cardId: string | null
}

export const METADATA = { account: 'ringledger_account', topup: 'ringledger_topup' } as const

/** Asked for with every PaymentIntent: the outcome of a refusal stands on its charge. */
export const EXPAND_PAYMENT = ['latest_charge']

/** As `answerOf`; a refused card is a definite answer too, with the payment that says so. */
export async function paymentAnswer(
  request: Promise<Stripe.PaymentIntent>,
  timeoutMs: number,
): Promise<Answer<Payment>> {
  return await answerOf(request.catch(paymentInError).then(toPayment), timeoutMs)
}

/** Of other refusals the payment says nothing: the request itself was wrong, and would be wrong again. */
function paymentInError(error: unknown): Stripe.PaymentIntent {
  const tellsState =
    error instanceof Stripe.errors.StripeError &&
    (error.statusCode === 402 || error.code === 'payment_intent_unexpected_state')
  if (tellsState && error.payment_intent) return error.payment_intent
  throw error
}

export function toPayment(intent: Stripe.PaymentIntent): Payment {
  return {
    id: intent.id,
    status: intent.status,
    currency: intent.currency,
    captured: centsToMicros(intent.amount_received),
    account: intent.metadata[METADATA.account] ?? null,
    topup: intent.metadata[METADATA.topup] ?? null,
    clientSecret: intent.client_secret,
    decline: declineOf(intent),
    createdAt: new Date(intent.created * 1_000),
  }
}

function declineOf({ last_payment_error: error, latest_charge: charge }: Stripe.PaymentIntent) {
  if (!error) return null
  const outcome = typeof charge === 'object' ? charge?.outcome : null
  return {
    code: error.code ?? null,
    declineCode: error.decline_code ?? null,
    adviceCode: error.advice_code ?? outcome?.advice_code ?? null,
    networkAdviceCode: error.network_advice_code ?? outcome?.network_advice_code ?? null,
    outcomeType: outcome?.type ?? null,
    brand: error.payment_method?.card?.brand ?? null,
    cardId: error.payment_method?.id ?? null,
  }
}
