import { chargeOf } from './charges.ts'
import type { Decline } from './decline-codes.ts'
import { openDispute } from './disputes.ts'
import type { Merchant } from './merchant.ts'
import { attach, knownOf, paymentMethodOf } from './payment-methods.ts'
import { type ChargeResult, recordCharge, settleCharge } from './record-charge.ts'
import { errorOf } from './refused-card.ts'
import type { PaymentIntent, PaymentMethod } from './stripe-objects.ts'
import { cardRefused } from './stripe-refusal.ts'

/** Tries the card. What the answer of a refusal would be is returned, for there may be nobody to answer. */
export function sendToCard(merchant: Merchant, intent: PaymentIntent, method: PaymentMethod) {
  const { facts, testCard } = knownOf(merchant, method)
  const { behaviour } = facts
  const decline = behaviour ? 'decline' in behaviour && behaviour.decline : testCard.decline
  if (decline) return refuseCard(merchant, { intent, method, decline })
  if (behaviour?.kind === 'takes_days') {
    intent.latest_charge = recordCharge(merchant, { intent, method, result: { kind: 'pending' } }).id
    intent.status = 'processing'
    intent.last_payment_error = null
    merchant.emit('payment_intent.processing', intent)
    return undefined
  }
  const kind = intent.capture_method === 'manual' ? 'authorized' : 'captured'
  intent.latest_charge = recordCharge(merchant, { intent, method, result: { kind } }).id
  if (kind === 'captured') markSucceeded(merchant, intent, method)
  else markAuthorized(merchant, intent)
  return undefined
}

/** A payment in `processing` comes to its end. */
export function settlePayment(merchant: Merchant, intent: PaymentIntent, decline: Decline | null): void {
  const charge = chargeOf(merchant, intent.latest_charge ?? '')
  const method = paymentMethodOf(merchant, charge.payment_method ?? '')
  const result: ChargeResult = decline ? { kind: 'refused', decline } : { kind: 'captured' }
  settleCharge(merchant, charge, result)
  if (decline) markRefused(merchant, { intent, method, decline, charge: charge.id })
  else markSucceeded(merchant, intent, method)
}

function markSucceeded(merchant: Merchant, intent: PaymentIntent, method: PaymentMethod): void {
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    last_payment_error: null,
  } satisfies Partial<PaymentIntent>)
  const { facts, testCard } = knownOf(merchant, method)
  if (intent.setup_future_usage && intent.customer) attach(merchant, method, intent.customer)
  else facts.isSpent ||= method.customer === null
  merchant.emit('payment_intent.succeeded', intent)
  if (testCard.afterCharge === 'dispute')
    openDispute(merchant, chargeOf(merchant, intent.latest_charge ?? ''))
}

function markAuthorized(merchant: Merchant, intent: PaymentIntent): void {
  intent.status = 'requires_capture'
  intent.amount_capturable = intent.amount
  intent.last_payment_error = null
  merchant.emit('payment_intent.amount_capturable_updated', intent)
}

interface Refused {
  readonly intent: PaymentIntent
  readonly method: PaymentMethod
  readonly decline: Decline
}

/** Records that the card was refused, and returns the answer that says so. */
export function refuseCard(merchant: Merchant, { intent, method, decline }: Refused) {
  const charge = recordCharge(merchant, { intent, method, result: { kind: 'refused', decline } })
  return markRefused(merchant, { intent, method, decline, charge: charge.id })
}

function markRefused(merchant: Merchant, { intent, method, decline, charge }: Refused & { charge: string }) {
  const error = { ...errorOf(decline), charge }
  Object.assign(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    latest_charge: charge,
    last_payment_error: { ...error, payment_method: structuredClone(method) },
  } satisfies Partial<PaymentIntent>)
  merchant.emit('payment_intent.payment_failed', intent)
  return cardRefused(structuredClone({ ...error, payment_intent: intent, payment_method: method }))
}
