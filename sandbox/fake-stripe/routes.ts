import { balanceTransactionRoutes } from './balance-transactions.ts'
import { chargeRoutes } from './charges.ts'
import { customerRoutes } from './customers.ts'
import { disputeRoutes } from './disputes.ts'
import { eventRoutes } from './events.ts'
import { paymentIntentRoutes } from './payment-intents.ts'
import { paymentMethodRoutes } from './payment-methods.ts'
import { refundRoutes } from './refunds.ts'
import type { Route } from './route.ts'
import { setupIntentRoutes } from './setup-intents.ts'
import { turnedAway } from './stripe-refusal.ts'

const ROUTES: readonly Route[] = [
  ...customerRoutes,
  ...paymentMethodRoutes,
  ...setupIntentRoutes,
  ...paymentIntentRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...balanceTransactionRoutes,
  ...eventRoutes,
]

/** The endpoint of a request, with the id in its path. Throws Stripe's 404 for an address that is none. */
export function findRoute({ method, path }: { method: string; path: string }): { route: Route; id: string } {
  const parts = path.split('/')
  for (const route of ROUTES) {
    const id = route.method === method ? matchPath(route.path.split('/'), parts) : undefined
    if (id !== undefined) return { route, id }
  }
  throw turnedAway(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  })
}

function matchPath(pattern: readonly string[], parts: readonly string[]): string | undefined {
  if (pattern.length !== parts.length) return undefined
  let id = ''
  for (const [index, name] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (name === ':id') id = decodeURIComponent(part)
    else if (name !== part) return undefined
  }
  return id
}
