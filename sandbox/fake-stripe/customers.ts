import type { Form } from './form.ts'
import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { metadata, part, text } from './params.ts'
import { PAGING, type Route } from './route.ts'
import type { Customer } from './stripe-objects.ts'

const FIELDS = ['description', 'email', 'invoice_settings', 'metadata', 'name', 'payment_method', 'phone']

export const customerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/customers',
    params: FIELDS,
    run: ({ merchant, params }) => createCustomer(merchant, params),
  },
  {
    method: 'GET',
    path: '/v1/customers',
    params: [...PAGING, 'email'],
    run: ({ merchant, params }) => {
      const email = text(params, 'email')
      const found = [...merchant.state.customers.values()].filter(
        (customer) => email === undefined || customer.email === email,
      )
      return listPage(found, { params, url: '/v1/customers' })
    },
  },
  {
    method: 'GET',
    path: '/v1/customers/:id',
    params: [],
    run: ({ merchant, id }) => customerOf(merchant, id),
  },
  {
    method: 'POST',
    path: '/v1/customers/:id',
    params: FIELDS,
    run: ({ merchant, id, params }) => updateCustomer(customerOf(merchant, id), merchant, params),
  },
]

export function customerOf(merchant: Merchant, id: string, param?: string): Customer {
  return held(merchant.state.customers, id, { object: 'customer', ...(param ? { param } : {}) })
}

function createCustomer(merchant: Merchant, params: Form): Customer {
  const customer: Customer = {
    id: merchant.newId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: merchant.nowSeconds(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    discount: null,
    invoice_prefix: null,
    livemode: false,
    next_invoice_sequence: 1,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...shownFields(params, null),
  }
  merchant.state.customers.set(customer.id, customer)
  merchant.emit('customer.created', customer)
  return customer
}

function updateCustomer(customer: Customer, merchant: Merchant, params: Form): Customer {
  Object.assign(customer, shownFields(params, customer))
  merchant.emit('customer.updated', customer)
  return customer
}

/** The fields that a request may set; those that it does not name stay, and an empty one is unset. */
function shownFields(params: Form, before: Customer | null) {
  const kept = (name: 'description' | 'email' | 'name' | 'phone') => {
    const given = text(params, name)
    return given === undefined ? (before?.[name] ?? null) : given || null
  }
  const settings = part(params, 'invoice_settings') ?? {}
  const card = text(settings, 'default_payment_method')
  return {
    description: kept('description'),
    email: kept('email'),
    name: kept('name'),
    phone: kept('phone'),
    metadata: metadata(params, before?.metadata),
    invoice_settings: {
      custom_fields: null,
      default_payment_method:
        card === undefined ? (before?.invoice_settings.default_payment_method ?? null) : card || null,
      footer: null,
      rendering_options: null,
    },
  } satisfies Partial<Customer>
}
