import { refuseCard, sendToCard } from './charge-card.ts'
import { customerOf } from './customers.ts'
import type { Form } from './form.ts'
import type { Merchant } from './merchant.ts'
import { flag, oneOf, text } from './params.ts'
import { knownOf, paymentMethodIn, paymentMethodOf, spent } from './payment-methods.ts'
import type { PaymentIntent, PaymentMethod } from './stripe-objects.ts'
import { badState, docUrl } from './stripe-refusal.ts'

/**
 * `POST /v1/payment_intents/:id/confirm`: charges the card at once, or asks the customer to authenticate, or, off
 * session, refuses a card that would ask. Throws the 402 of a refused card; the intent says the same.
 */
export function confirmPayment(merchant: Merchant, intent: PaymentIntent, params: Form): PaymentIntent {
  refuseWrongState(intent)
  const method = paymentMethodIn(merchant, params) ?? storedMethod(merchant, intent)
  refuseStrangeCard(merchant, intent, method)
  Object.assign(intent, {
    payment_method: method.id,
    next_action: null,
    setup_future_usage: usageIn(params) ?? intent.setup_future_usage,
  } satisfies Partial<PaymentIntent>)

  if (!asksToAuthenticate(merchant, method)) {
    const refusal = sendToCard(merchant, intent, method)
    if (refusal) throw refusal
    return intent
  }
  if (isCustomerAway(params)) {
    throw refuseCard(merchant, { intent, method, decline: { declineCode: 'authentication_required' } })
  }
  return askToAuthenticate(merchant, intent, text(params, 'return_url'))
}

/** Whether the card is kept for later payments. */
export function usageIn(params: Form) {
  return oneOf(params, 'setup_future_usage', ['off_session', 'on_session'])
}

/** `off_session` may also be a kind of payment, such as `recurring`. */
function isCustomerAway(params: Form): boolean {
  const offSession = text(params, 'off_session') ?? ''
  return !['', 'false'].includes(offSession) || flag(params, 'error_on_requires_action')
}

/** The customer authenticated, or failed to. A card that is refused after that leaves its refusal on the intent. */
export function authenticatePayment(merchant: Merchant, intent: PaymentIntent, isAuthentic: boolean): void {
  const method = storedMethod(merchant, intent)
  intent.next_action = null
  if (isAuthentic) {
    knownOf(merchant, method).facts.isSetUp ||= intent.setup_future_usage === 'off_session'
    sendToCard(merchant, intent, method)
    return
  }
  const code = 'payment_intent_authentication_failure'
  Object.assign(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: {
      code,
      doc_url: docUrl(code),
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
      payment_method: structuredClone(method),
      type: 'invalid_request_error',
    },
  } satisfies Partial<PaymentIntent>)
  merchant.emit('payment_intent.payment_failed', intent)
}

function refuseWrongState(intent: PaymentIntent): void {
  const { status } = intent
  if (status === 'succeeded') {
    const message =
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
    throw badState('payment_intent_unexpected_state', message, { payment_intent: intent })
  }
  if (status === 'canceled' || status === 'processing' || status === 'requires_capture') {
    const message = `You cannot confirm this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`
    throw badState('payment_intent_unexpected_state', message, { payment_intent: intent })
  }
}

function storedMethod(merchant: Merchant, intent: PaymentIntent): PaymentMethod {
  if (intent.payment_method !== null) return paymentMethodOf(merchant, intent.payment_method)
  const message =
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken."
  throw badState('payment_intent_unexpected_state', message, { payment_intent: intent })
}

function refuseStrangeCard(merchant: Merchant, intent: PaymentIntent, method: PaymentMethod): void {
  if (knownOf(merchant, method).facts.isSpent) throw spent()
  if (method.customer === null || method.customer === intent.customer) return
  const message = `The PaymentMethod ${method.id} belongs to the Customer ${customerOf(merchant, method.customer).id}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
  throw badState('payment_intent_invalid_parameter', message, { param: 'payment_method' })
}

function asksToAuthenticate(merchant: Merchant, method: PaymentMethod): boolean {
  const { facts, testCard } = knownOf(merchant, method)
  if (facts.behaviour) return facts.behaviour.kind === 'asks_to_authenticate'
  return (
    testCard.authentication === 'always' || (testCard.authentication === 'until_set_up' && !facts.isSetUp)
  )
}

function askToAuthenticate(merchant: Merchant, intent: PaymentIntent, returnUrl?: string): PaymentIntent {
  intent.status = 'requires_action'
  intent.next_action = nextAction(intent.id, returnUrl)
  merchant.emit('payment_intent.requires_action', intent)
  return intent
}

/** What the customer's browser has to do, for payments and set-ups. */
export function nextAction(id: string, returnUrl: string | undefined) {
  const url = `https://hooks.stripe.com/3d_secure_2/${id}`
  if (returnUrl) return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
}
