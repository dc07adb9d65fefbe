/** Stripe's own types, for code that speaks of its objects and never calls it. */
export type { Stripe } from 'stripe'
