import { confirmPayment, usageIn } from './confirm-payment.ts'
import { customerOf } from './customers.ts'
import type { Form } from './form.ts'
import type { Merchant } from './merchant.ts'
import { flag, integer, metadata, oneOf, part, text, texts } from './params.ts'
import { paymentMethodIn } from './payment-methods.ts'
import type { PaymentIntent } from './stripe-objects.ts'
import { badParam, badState, missingParam } from './stripe-refusal.ts'

/** `POST /v1/payment_intents`: with `confirm` it is charged at once, and a refused card leaves it behind. */
export function createPayment(merchant: Merchant, params: Form): PaymentIntent {
  const amount = amountOf(params)
  if (amount === undefined) throw missingParam('amount')
  const currency = currencyOf(params)
  if (currency === undefined) throw missingParam('currency')
  if (params['off_session'] !== undefined && !flag(params, 'confirm')) {
    throw badParam('off_session', 'off_session can only be passed if confirm is set to true')
  }
  const intent = newIntent(merchant, params, { amount, currency })
  merchant.state.paymentIntents.set(intent.id, intent)
  merchant.emit('payment_intent.created', intent)
  return flag(params, 'confirm') ? confirmPayment(merchant, intent, params) : intent
}

function newIntent(
  merchant: Merchant,
  params: Form,
  { amount, currency }: { amount: number; currency: string },
): PaymentIntent {
  const customer = text(params, 'customer')
  const method = flag(params, 'confirm') ? undefined : paymentMethodIn(merchant, params)
  const types = texts(params, 'allowed_payment_method_types')
  const isAutomatic = types === undefined || part(params, 'automatic_payment_methods') !== undefined
  const id = merchant.newId('pi')
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: types ? [...types] : null,
    amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: isAutomatic ? { allow_redirects: 'always', enabled: true } : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method:
      oneOf(params, 'capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic',
    client_secret: `${id}_secret_${merchant.newId('cs').slice(3)}`,
    confirmation_method: 'automatic',
    created: merchant.nowSeconds(),
    currency,
    customer: customer ? customerOf(merchant, customer, 'customer').id : null,
    customer_account: null,
    description: text(params, 'description') ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: metadata(params),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: types ? [...types] : ['card', 'link'],
    payment_record: null,
    processing: null,
    receipt_email: text(params, 'receipt_email') || null,
    review: null,
    setup_future_usage: usageIn(params) ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

/** `POST /v1/payment_intents/:id`, as long as the payment has not ended. */
export function updatePayment(merchant: Merchant, intent: PaymentIntent, params: Form): PaymentIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    const message = `This PaymentIntent could not be updated because it has a status of ${intent.status}.`
    throw badState('payment_intent_unexpected_state', message, { payment_intent: intent })
  }
  const method = paymentMethodIn(merchant, params)
  const customer = text(params, 'customer')
  Object.assign(intent, {
    amount: amountOf(params) ?? intent.amount,
    currency: currencyOf(params) ?? intent.currency,
    customer: customer ? customerOf(merchant, customer, 'customer').id : intent.customer,
    description: text(params, 'description') ?? intent.description,
    metadata: metadata(params, intent.metadata),
    payment_method: method?.id ?? intent.payment_method,
    receipt_email: text(params, 'receipt_email') ?? intent.receipt_email,
    setup_future_usage: usageIn(params) ?? intent.setup_future_usage,
    status: method && intent.status === 'requires_payment_method' ? 'requires_confirmation' : intent.status,
  } satisfies Partial<PaymentIntent>)
  return intent
}

const CENTS_MIN = 50
const CENTS_MAX = 99_999_999

function amountOf(params: Form): number | undefined {
  const amount = integer(params, 'amount')
  if (amount === undefined) return undefined
  if (amount < 1) {
    throw badParam('amount', 'Invalid positive integer', 'parameter_invalid_integer')
  }
  if (amount < CENTS_MIN) throw badParam('amount', 'Amount must be at least $0.50 usd', 'amount_too_small')
  if (amount > CENTS_MAX) {
    throw badParam('amount', 'Amount must be no more than $999,999.99', 'amount_too_large')
  }
  return amount
}

function currencyOf(params: Form): string | undefined {
  const currency = text(params, 'currency')?.toLowerCase()
  if (currency === undefined || /^[a-z]{3}$/.test(currency)) return currency
  throw badParam('currency', `Invalid currency: ${currency}`)
}
