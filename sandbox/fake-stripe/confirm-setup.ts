import { nextAction } from './confirm-payment.ts'
import type { Form } from './form.ts'
import type { Merchant } from './merchant.ts'
import { text } from './params.ts'
import { attach, knownOf, paymentMethodIn, paymentMethodOf, spent } from './payment-methods.ts'
import { errorOf } from './refused-card.ts'
import type { PaymentMethod, SetupIntent } from './stripe-objects.ts'
import { badState, cardRefused, docUrl } from './stripe-refusal.ts'

/** `POST /v1/setup_intents/:id/confirm`: keeps the card for later, at once or after the customer authenticated. */
export function confirmSetup(merchant: Merchant, intent: SetupIntent, params: Form): SetupIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    const message = `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`
    throw badState('setup_intent_unexpected_state', message, { setup_intent: intent })
  }
  const method = paymentMethodIn(merchant, params) ?? storedMethod(merchant, intent)
  const { facts, testCard } = knownOf(merchant, method)
  if (facts.isSpent) throw spent()
  if (testCard.refusesAttachment && testCard.decline) {
    const error = errorOf(testCard.decline)
    markFailed(merchant, intent, { ...error, payment_method: structuredClone(method) })
    throw cardRefused(structuredClone({ ...error, payment_method: method, setup_intent: intent }))
  }
  intent.payment_method = method.id
  if (testCard.authentication) return askToAuthenticate(merchant, intent, text(params, 'return_url'))
  return succeed(merchant, intent, method)
}

/** The customer authenticated, or failed to. */
export function authenticateSetup(merchant: Merchant, intent: SetupIntent, isAuthentic: boolean): void {
  const method = storedMethod(merchant, intent)
  if (isAuthentic) {
    succeed(merchant, intent, method)
    return
  }
  const code = 'setup_intent_authentication_failure'
  markFailed(merchant, intent, {
    code,
    doc_url: docUrl(code),
    message:
      'The latest attempt to set up the payment method has failed because authentication failed. You can try again with the same or another payment method.',
    payment_method: structuredClone(method),
    type: 'invalid_request_error',
  })
}

function storedMethod(merchant: Merchant, intent: SetupIntent): PaymentMethod {
  if (intent.payment_method !== null) return paymentMethodOf(merchant, intent.payment_method)
  const message =
    "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again."
  throw badState('setup_intent_unexpected_state', message, { setup_intent: intent })
}

function askToAuthenticate(merchant: Merchant, intent: SetupIntent, returnUrl?: string): SetupIntent {
  intent.status = 'requires_action'
  intent.next_action = nextAction(intent.id, returnUrl)
  merchant.emit('setup_intent.requires_action', intent)
  return intent
}

function succeed(merchant: Merchant, intent: SetupIntent, method: PaymentMethod): SetupIntent {
  knownOf(merchant, method).facts.isSetUp = true
  if (intent.customer !== null) attach(merchant, method, intent.customer)
  Object.assign(intent, {
    status: 'succeeded',
    latest_attempt: merchant.newId('setatt'),
    last_setup_error: null,
    next_action: null,
  } satisfies Partial<SetupIntent>)
  merchant.emit('setup_intent.succeeded', intent)
  return intent
}

function markFailed(
  merchant: Merchant,
  intent: SetupIntent,
  error: NonNullable<SetupIntent['last_setup_error']>,
): void {
  Object.assign(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    latest_attempt: merchant.newId('setatt'),
    last_setup_error: error,
    next_action: null,
  } satisfies Partial<SetupIntent>)
  merchant.emit('setup_intent.setup_failed', intent)
}
