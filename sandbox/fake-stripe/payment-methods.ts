import { customerOf } from './customers.ts'
import type { Form } from './form.ts'
import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { newCardFromForm, newCardFromToken } from './new-card.ts'
import { requiredText, text } from './params.ts'
import { errorOf } from './refused-card.ts'
import { PAGING, type Route } from './route.ts'
import type { PaymentMethod } from './stripe-objects.ts'
import { badState, cardRefused } from './stripe-refusal.ts'
import { type CardFacts, type TestCard, testCardByToken } from './test-cards.ts'

export const paymentMethodRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_methods',
    params: ['billing_details', 'card', 'metadata', 'type'],
    fromBrowser: true,
    run: ({ merchant, params }) => newCardFromForm(merchant, params),
  },
  {
    method: 'GET',
    path: '/v1/payment_methods',
    params: [...PAGING, 'customer', 'type'],
    run: ({ merchant, params }) =>
      listOf(merchant, { customer: requiredText(params, 'customer'), params, url: '/v1/payment_methods' }),
  },
  {
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    params: [...PAGING, 'type'],
    run: ({ merchant, id, params }) =>
      listOf(merchant, { customer: id, params, url: `/v1/customers/${id}/payment_methods` }),
  },
  {
    method: 'GET',
    path: '/v1/payment_methods/:id',
    params: [],
    run: ({ merchant, id }) => paymentMethodOf(merchant, id),
  },
  {
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    params: ['customer'],
    run: ({ merchant, id, params }) => {
      const method = paymentMethodOf(merchant, id)
      const { testCard } = knownOf(merchant, method)
      if (testCard.refusesAttachment && testCard.decline) throw cardRefused(errorOf(testCard.decline))
      return attach(merchant, method, requiredText(params, 'customer'))
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    params: [],
    run: ({ merchant, id }) => detach(merchant, paymentMethodOf(merchant, id)),
  },
]

/** The payment method with this id, or a new one where a test card is named. Throws Stripe's 404. */
export function paymentMethodOf(merchant: Merchant, id: string, param?: string): PaymentMethod {
  const testCard = testCardByToken(id)
  if (testCard) return newCardFromToken(merchant, testCard)
  return held(merchant.state.paymentMethods, id, { object: 'PaymentMethod', ...(param ? { param } : {}) })
}

/** The payment method that a request names or describes; undefined when it does neither. */
export function paymentMethodIn(merchant: Merchant, params: Form): PaymentMethod | undefined {
  const data = params['payment_method_data']
  if (typeof data === 'object' && !Array.isArray(data)) return newCardFromForm(merchant, data as Form)
  const id = text(params, 'payment_method')
  return id ? paymentMethodOf(merchant, id, 'payment_method') : undefined
}

/** What Stripe knows of a payment method and does not show. */
export function knownOf(merchant: Merchant, { id }: PaymentMethod): { facts: CardFacts; testCard: TestCard } {
  const facts = merchant.state.cards.get(id)
  const testCard = testCardByToken(facts?.token ?? '')
  if (!facts || !testCard) throw new Error(`payment method ${id} has no test card behind it`)
  return { facts, testCard }
}

/** Gives a payment method to a customer. Once with the same customer is as good as twice. */
export function attach(merchant: Merchant, method: PaymentMethod, customerId: string): PaymentMethod {
  const customer = customerOf(merchant, customerId, 'customer')
  const { facts } = knownOf(merchant, method)
  if (method.customer === customer.id) return method
  if (facts.isSpent) throw spent()
  if (method.customer !== null) {
    throw badState(
      'payment_method_unexpected_state',
      'The payment method you provided has already been attached to a customer.',
    )
  }
  method.customer = customer.id
  merchant.emit('payment_method.attached', method)
  return method
}

export function spent() {
  return badState(
    'payment_method_unexpected_state',
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    { param: 'payment_method' },
  )
}

/** Takes a payment method from its customer, for good. */
export function detach(merchant: Merchant, method: PaymentMethod): PaymentMethod {
  const customer = merchant.state.customers.get(method.customer ?? '')
  if (!customer) {
    throw badState(
      'payment_method_unexpected_state',
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    )
  }
  method.customer = null
  knownOf(merchant, method).facts.isSpent = true
  const settings = customer.invoice_settings
  if (settings.default_payment_method === method.id) settings.default_payment_method = null
  merchant.emit('payment_method.detached', method, { customer: customer.id })
  return method
}

function listOf(
  merchant: Merchant,
  { customer, params, url }: { customer: string; params: Form; url: string },
) {
  customerOf(merchant, customer, 'customer')
  const type = text(params, 'type') ?? 'card'
  const theirs = [...merchant.state.paymentMethods.values()].filter(
    (method) => method.customer === customer && method.type === type,
  )
  return listPage(theirs, { params, url })
}
