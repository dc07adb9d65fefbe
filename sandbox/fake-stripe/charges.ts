import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { text } from './params.ts'
import { PAGING, type Route } from './route.ts'
import type { Charge } from './stripe-objects.ts'

export const chargeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/charges',
    params: [...PAGING, 'customer', 'payment_intent'],
    run: ({ merchant, params }) => {
      const customer = text(params, 'customer')
      const intent = text(params, 'payment_intent')
      const found = [...merchant.state.charges.values()].filter(
        (charge) =>
          (customer === undefined || charge.customer === customer) &&
          (intent === undefined || charge.payment_intent === intent),
      )
      return listPage(found, { params, url: '/v1/charges' })
    },
  },
  { method: 'GET', path: '/v1/charges/:id', params: [], run: ({ merchant, id }) => chargeOf(merchant, id) },
]

export function chargeOf(merchant: Merchant, id: string, param?: string): Charge {
  return held(merchant.state.charges, id, { object: 'charge', ...(param ? { param } : {}) })
}
