import { confirmSetup } from './confirm-setup.ts'
import { customerOf } from './customers.ts'
import type { Form } from './form.ts'
import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { flag, metadata, oneOf, part, text, texts } from './params.ts'
import { paymentMethodIn } from './payment-methods.ts'
import { PAGING, type Route } from './route.ts'
import type { SetupIntent } from './stripe-objects.ts'
import { badState } from './stripe-refusal.ts'

const CONFIRM = [
  ...['allowed_payment_method_types', 'client_secret', 'mandate_data', 'payment_method'],
  ...['payment_method_data', 'payment_method_options', 'return_url', 'use_stripe_sdk'],
]
const CANCEL_REASONS = ['abandoned', 'duplicate', 'requested_by_customer'] as const

export const setupIntentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/setup_intents',
    params: [
      ...CONFIRM,
      ...['automatic_payment_methods', 'confirm', 'customer', 'description', 'metadata', 'usage'],
    ],
    run: ({ merchant, params }) => createSetup(merchant, params),
  },
  {
    method: 'GET',
    path: '/v1/setup_intents',
    params: [...PAGING, 'customer', 'payment_method'],
    run: ({ merchant, params }) => {
      const customer = text(params, 'customer')
      const method = text(params, 'payment_method')
      const found = [...merchant.state.setupIntents.values()].filter(
        (intent) =>
          (customer === undefined || intent.customer === customer) &&
          (method === undefined || intent.payment_method === method),
      )
      return listPage(found, { params, url: '/v1/setup_intents' })
    },
  },
  {
    method: 'GET',
    path: '/v1/setup_intents/:id',
    params: ['client_secret'],
    fromBrowser: true,
    run: ({ merchant, id }) => setupOf(merchant, id),
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    params: CONFIRM,
    fromBrowser: true,
    run: ({ merchant, id, params }) => confirmSetup(merchant, setupOf(merchant, id), params),
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    params: ['cancellation_reason'],
    run: ({ merchant, id, params }) => cancelSetup(merchant, setupOf(merchant, id), params),
  },
]

export function setupOf(merchant: Merchant, id: string): SetupIntent {
  return held(merchant.state.setupIntents, id, { object: 'setupintent', param: 'intent' })
}

function createSetup(merchant: Merchant, params: Form): SetupIntent {
  const customer = text(params, 'customer')
  const confirms = flag(params, 'confirm')
  const method = confirms ? undefined : paymentMethodIn(merchant, params)
  const types = texts(params, 'allowed_payment_method_types')
  const isAutomatic = types === undefined || part(params, 'automatic_payment_methods') !== undefined
  const id = merchant.newId('seti')
  const intent: SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: types ? [...types] : null,
    application: null,
    automatic_payment_methods: isAutomatic ? { allow_redirects: 'always', enabled: true } : null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${merchant.newId('cs').slice(3)}`,
    created: merchant.nowSeconds(),
    customer: customer ? customerOf(merchant, customer, 'customer').id : null,
    customer_account: null,
    description: text(params, 'description') ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: metadata(params),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: types ? [...types] : ['card', 'link'],
    single_use_mandate: null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    usage: oneOf(params, 'usage', ['off_session', 'on_session']) ?? 'off_session',
  }
  merchant.state.setupIntents.set(id, intent)
  merchant.emit('setup_intent.created', intent)
  return confirms ? confirmSetup(merchant, intent, params) : intent
}

function cancelSetup(merchant: Merchant, intent: SetupIntent, params: Form): SetupIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    const message = `You cannot cancel this SetupIntent because it has a status of ${intent.status}. Only a SetupIntent with one of the following statuses may be canceled: requires_payment_method, requires_confirmation, requires_action.`
    throw badState('setup_intent_unexpected_state', message, { setup_intent: intent })
  }
  Object.assign(intent, {
    status: 'canceled',
    cancellation_reason: oneOf(params, 'cancellation_reason', CANCEL_REASONS) ?? null,
    next_action: null,
  } satisfies Partial<SetupIntent>)
  merchant.emit('setup_intent.canceled', intent)
  return intent
}
