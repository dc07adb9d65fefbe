import { confirmPayment } from './confirm-payment.ts'
import { cancelPayment, capturePayment } from './end-payment.ts'
import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { createPayment, updatePayment } from './new-payment.ts'
import { text } from './params.ts'
import { PAGING, type Route } from './route.ts'
import type { PaymentIntent } from './stripe-objects.ts'

const CONFIRM = [
  ...['client_secret', 'error_on_requires_action', 'mandate_data', 'off_session', 'payment_method'],
  ...['payment_method_data', 'payment_method_options', 'return_url', 'setup_future_usage', 'use_stripe_sdk'],
]
const UPDATE = [
  ...['amount', 'currency', 'customer', 'description', 'metadata', 'payment_method', 'receipt_email'],
  'setup_future_usage',
]
const CREATE = ['allowed_payment_method_types', 'automatic_payment_methods', 'capture_method', 'confirm']

/** As of 2026-10-28.endive: `payment_method_types` is unknown, `allowed_payment_method_types` took its place. */
export const paymentIntentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_intents',
    params: [...CREATE, ...UPDATE, ...CONFIRM],
    run: ({ merchant, params }) => createPayment(merchant, params),
  },
  {
    method: 'GET',
    path: '/v1/payment_intents',
    params: [...PAGING, 'customer'],
    run: ({ merchant, params }) => {
      const customer = text(params, 'customer')
      const found = [...merchant.state.paymentIntents.values()].filter(
        (intent) => customer === undefined || intent.customer === customer,
      )
      return listPage(found, { params, url: '/v1/payment_intents' })
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    params: ['client_secret'],
    fromBrowser: true,
    run: ({ merchant, id }) => paymentOf(merchant, id),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id',
    params: UPDATE,
    run: ({ merchant, id, params }) => updatePayment(merchant, paymentOf(merchant, id), params),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    params: CONFIRM,
    fromBrowser: true,
    run: ({ merchant, id, params }) => confirmPayment(merchant, paymentOf(merchant, id), params),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    params: ['cancellation_reason'],
    run: ({ merchant, id, params }) => cancelPayment(merchant, paymentOf(merchant, id), params),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    params: ['amount_to_capture', 'metadata'],
    run: ({ merchant, id, params }) => capturePayment(merchant, paymentOf(merchant, id), params),
  },
]

export function paymentOf(merchant: Merchant, id: string, param = 'intent'): PaymentIntent {
  return held(merchant.state.paymentIntents, id, { object: 'payment_intent', param })
}
