import type { PaymentDeps } from '../jobs/payment-deps.ts'
import { paymentsNotConfigured } from './problem.ts'
import type { WebContext } from './route.ts'

/** What moves money on cards; throws the problem that it is not configured. */
export function requirePayments({ payments }: Pick<WebContext, 'payments'>): PaymentDeps {
  if (payments) return payments
  throw paymentsNotConfigured()
}
