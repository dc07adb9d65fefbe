import { chargeOf } from './charges.ts'
import type { Form } from './form.ts'
import type { Merchant } from './merchant.ts'
import { integer, metadata, oneOf } from './params.ts'
import { takeMoney } from './record-charge.ts'
import type { PaymentIntent } from './stripe-objects.ts'
import { badParam, badState } from './stripe-refusal.ts'

const REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const
const CANCELABLE = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action']

/** `POST /v1/payment_intents/:id/cancel`: no money moves by this payment any more. */
export function cancelPayment(merchant: Merchant, intent: PaymentIntent, params: Form): PaymentIntent {
  const reason = oneOf(params, 'cancellation_reason', REASONS) ?? null
  if (!CANCELABLE.includes(intent.status)) {
    const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}, processing.`
    throw badState('payment_intent_unexpected_state', message, { payment_intent: intent })
  }
  Object.assign(intent, {
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: merchant.nowSeconds(),
    cancellation_reason: reason,
    next_action: null,
  } satisfies Partial<PaymentIntent>)
  merchant.emit('payment_intent.canceled', intent)
  return intent
}

/** `POST /v1/payment_intents/:id/capture`: takes what was authorized, or less. */
export function capturePayment(merchant: Merchant, intent: PaymentIntent, params: Form): PaymentIntent {
  if (intent.status !== 'requires_capture') {
    const message = `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`
    throw badState('payment_intent_unexpected_state', message, { payment_intent: intent })
  }
  const amount = integer(params, 'amount_to_capture') ?? intent.amount
  if (amount < 1 || amount > intent.amount_capturable) {
    throw badParam(
      'amount_to_capture',
      'The amount to capture is more than can be captured',
      'amount_too_large',
    )
  }
  const charge = chargeOf(merchant, intent.latest_charge ?? '')
  takeMoney(merchant, charge, amount)
  merchant.emit('charge.captured', charge)
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: amount,
    amount_capturable: 0,
    metadata: metadata(params, intent.metadata),
  } satisfies Partial<PaymentIntent>)
  merchant.emit('payment_intent.succeeded', intent)
  return intent
}
