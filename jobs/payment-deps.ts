import type { StripeClient } from '../clients/stripe.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Log } from '../config/logger.ts'
import type { Db } from '../db/connect.ts'
import { BillingError } from './billing-error.ts'

const NOT_CONFIGURED_DELAY_MS = 60_000

/** What whoever moves money on cards works with, be it a job or a call of the API. */
export interface PaymentDeps {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  readonly stripe: StripeClient
}

/** The same as a job has it. Throws a BillingError where Stripe is not configured. */
export function paymentDepsOf(
  context: Omit<PaymentDeps, 'stripe'> & { stripe: StripeClient | null },
): PaymentDeps {
  const { stripe } = context
  if (stripe) return { ...context, stripe }
  throw new BillingError({
    code: 'payments_not_configured',
    message: 'no card can be charged: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET',
    retry: { kind: 'after', delayMs: NOT_CONFIGURED_DELAY_MS },
  })
}

export function msAfter(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}
