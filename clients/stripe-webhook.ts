import { Stripe } from 'stripe'
import { z } from 'zod'

/** What Stripe says has happened: a reason to read the object, never its state. */
export interface StripeEvent {
  readonly id: string
  readonly type: string
  readonly objectId: string
}

const TOLERANCE_SECONDS = 300

const eventSchema = z.object({
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  livemode: z.boolean(),
  data: z.object({ object: z.object({ id: z.string().max(255).optional() }) }),
})

/**
 * The event of a webhook's raw body, when one of the secrets signed it at most 5 minutes ago; several secrets are in
 * force while they are rotated. Null for anything else.
 */
export function verifyStripeEvent(
  webhook: { readonly rawBody: Buffer; readonly signature: string },
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: Date },
): (StripeEvent & { readonly live: boolean }) | null {
  if (isFromTheFuture(webhook.signature, now)) return null
  if (!secrets.some((secret) => isSigned(webhook, secret, now))) return null
  const parsed = eventSchema.safeParse(JSON.parse(webhook.rawBody.toString('utf8')))
  if (!parsed.success) return null
  const { id, type, livemode, data } = parsed.data
  return { id, type, objectId: data.object.id ?? '', live: livemode }
}

function isSigned(
  { rawBody, signature }: { rawBody: Buffer; signature: string },
  secret: string,
  now: Date,
): boolean {
  try {
    Stripe.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_SECONDS, undefined, now.getTime())
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError)
      return false
    throw error
  }
}

/** The SDK refuses what is too old and takes any time to come. */
function isFromTheFuture(signature: string, now: Date): boolean {
  const seconds = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature)?.[1] ?? Number.NaN)
  return !(seconds <= now.getTime() / 1_000 + TOLERANCE_SECONDS)
}
