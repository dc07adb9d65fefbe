import { createPublicKey } from 'node:crypto'
import { z } from 'zod'

const httpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol), {
    message: 'must be a URL that starts with http:// or https://',
  })

/** A secret of blanks would pass for one that was never set. */
const secretList = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine((secrets) => secrets.every((secret) => secret !== ''), {
    message: 'must be one secret, or several separated by commas, and none of them blank',
  })

const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/

/** Hosts as URLs name them; a pattern or a scheme would never match. */
const hostList = z
  .string()
  .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
  .refine((hosts) => hosts.every((host) => HOST.test(host)), {
    message: 'must be hosts separated by commas, such as hooks.example.com or hooks.example.com:8443',
  })

/** Stripe, SendGrid and the receivers of webhooks: what is outside and costs money or trust. */
export const OUTSIDE_VARIABLES = {
  PUBLIC_URL: httpUrl.transform((text) => text.replace(/\/+$/, '')).optional(),
  STRIPE_SECRET_KEY: z.string().trim().min(1).optional(),
  STRIPE_PUBLISHABLE_KEY: z.string().trim().min(1).optional(),
  STRIPE_WEBHOOK_SECRET: secretList.optional(),
  STRIPE_API_BASE: httpUrl.default('https://api.stripe.com'),
  SENDGRID_API_KEY: z.string().trim().min(1).optional(),
  SENDGRID_API_BASE: httpUrl.default('https://api.sendgrid.com'),
  SENDGRID_WEBHOOK_PUBLIC_KEY: z
    .string()
    .trim()
    .refine(isPublicKey, { message: 'must be the key that SendGrid shows: base64 of a public key in DER' })
    .optional(),
  MAIL_FROM: z.string().trim().min(3).optional(),
  WEBHOOK_HOSTS: hostList.default([]),
}

export interface StripeConfig {
  readonly secretKey: string
  /** For the customer's browser; null where the page behind the links in mails takes no cards. */
  readonly publishableKey: string | null
  readonly apiBase: string
  /** Several are in force while they are rotated. */
  readonly webhookSecrets: readonly string[]
}

export interface WebhookConfig {
  /** The only hosts to which webhooks are sent. */
  readonly hosts: readonly string[]
  /** Whether hosts on this machine may be reached without TLS: never in production. */
  readonly allowsLoopbackHttp: boolean
}

export interface MailConfig {
  readonly apiKey: string
  readonly apiBase: string
  readonly from: string
  readonly webhookPublicKey: string
}

function isPublicKey(text: string): boolean {
  try {
    createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}

const outside = z.object(OUTSIDE_VARIABLES)
type Outside = z.infer<typeof outside>

const TOGETHER = {
  Stripe: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
  SendGrid: ['SENDGRID_API_KEY', 'SENDGRID_WEBHOOK_PUBLIC_KEY', 'MAIL_FROM'],
} as const

/** Each of the two is configured as a whole or not at all; in production both are, and so is where customers find us. */
export function outsideFaults(read: Outside, isProduction: boolean): string[] {
  const faults = Object.entries(TOGETHER).flatMap(([name, variables]) => {
    const missing = variables.filter((variable) => read[variable] === undefined)
    const isAbsent = missing.length === variables.length && !isProduction
    return isAbsent ? [] : missing.map((variable) => `${variable} is missing: ${name} needs it`)
  })
  if (isProduction && read.PUBLIC_URL === undefined) {
    faults.push('PUBLIC_URL is missing: mails hold links to it')
  }
  if (isProduction && read.STRIPE_PUBLISHABLE_KEY === undefined) {
    faults.push('STRIPE_PUBLISHABLE_KEY is missing: the page behind the links in mails needs it')
  }
  return faults
}

/** Null without a key: then no card is charged. */
export function stripeConfig(read: Outside): StripeConfig | null {
  if (read.STRIPE_SECRET_KEY === undefined) return null
  return {
    secretKey: read.STRIPE_SECRET_KEY,
    publishableKey: read.STRIPE_PUBLISHABLE_KEY ?? null,
    apiBase: read.STRIPE_API_BASE,
    webhookSecrets: read.STRIPE_WEBHOOK_SECRET ?? [],
  }
}

/** Null without a key: then mails wait. */
export function mailConfig(read: Outside): MailConfig | null {
  if (read.SENDGRID_API_KEY === undefined) return null
  return {
    apiKey: read.SENDGRID_API_KEY,
    apiBase: read.SENDGRID_API_BASE,
    from: read.MAIL_FROM ?? '',
    webhookPublicKey: read.SENDGRID_WEBHOOK_PUBLIC_KEY ?? '',
  }
}
