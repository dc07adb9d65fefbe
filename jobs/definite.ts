import type { Answer } from '../clients/stripe-answer.ts'
import type { GateClosed } from './ask-stripe.ts'
import { BillingError } from './billing-error.ts'

const RETRY_AFTER_MS = 30_000

/** The value of a definite answer. Throws a BillingError for any other: `stripe_refused`, or `stripe_unavailable`. */
export function definite<T>(answer: Answer<T> | GateClosed): T {
  if (answer.kind === 'definite') return answer.value
  if (answer.kind === 'refused') {
    throw new BillingError({
      code: 'stripe_refused',
      message: `Stripe refuses the request: ${answer.code}`,
      retry: { kind: 'never' },
    })
  }
  throw new BillingError({
    code: 'stripe_unavailable',
    message: 'Stripe gave no definite answer',
    retry: { kind: 'after', delayMs: RETRY_AFTER_MS },
  })
}
