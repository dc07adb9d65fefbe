import type { StripeConfig } from '../config/outside-config.ts'

const STRIPE_ORIGIN = 'https://api.stripe.com'
const LIVE_KEY = /^[a-z]+_live_/

/** What pages and webhooks know of Stripe; the secret key is not part of it. */
export interface StripeSetup {
  /** Several are in force while they are rotated. */
  readonly webhookSecrets: readonly string[]
  /** Whether our key moves real money. */
  readonly isLive: boolean
  /** How a customer's browser hands a card over; null where it cannot. */
  readonly browser: BrowserSetup | null
}

export interface BrowserSetup {
  readonly publishableKey: string
  /** Of the server that the browser speaks to. */
  readonly origin: string
  /** A stand-in for Stripe, which has no card form of its own: documented test cards are all that it takes. */
  readonly isSandbox: boolean
}

export function stripeSetup({
  secretKey,
  publishableKey,
  apiBase,
  webhookSecrets,
}: StripeConfig): StripeSetup {
  const { origin } = new URL(apiBase)
  return {
    webhookSecrets,
    isLive: LIVE_KEY.test(secretKey),
    browser: publishableKey === null ? null : { publishableKey, origin, isSandbox: origin !== STRIPE_ORIGIN },
  }
}
