import { createStripeClient } from '../clients/stripe.ts'
import type { PaymentDeps } from '../jobs/payment-deps.ts'
import type { Runtime } from '../sandbox/runtime.ts'
import { Refused } from './command.ts'

/** What moves money on cards, for a command. Throws Refused where Stripe is not configured. */
export function requirePayments({ config, db, log, clock, newId }: Runtime): PaymentDeps {
  if (config.stripe) return { db, log, clock, newId, stripe: createStripeClient(config.stripe) }
  throw new Refused('Stripe is not configured: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET first')
}
