import type { Stripe } from '@stripe/stripe-js'

/** Stripe's own script, from Stripe, when it is needed and not before. */
export async function loadStripe(publishableKey: string): Promise<Stripe> {
  const { loadStripe: load } = await import('@stripe/stripe-js/pure')
  const stripe = await load(publishableKey)
  if (!stripe) throw new Error('Stripe could not be reached. Check your connection and try again.')
  return stripe
}
