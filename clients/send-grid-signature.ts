import { createPublicKey, verify } from 'node:crypto'

/** The provider's own names of the headers that sign an event delivery. */
export const SIGNATURE_HEADER = 'x-twilio-email-event-webhook-signature'
export const TIMESTAMP_HEADER = 'x-twilio-email-event-webhook-timestamp'

const AGE_SECONDS_MAX = 300
/** How far ahead of ours the provider's clock may be. */
const SKEW_SECONDS_MAX = 60

/** A delivery as it came over the wire. */
export interface SignedDelivery {
  readonly rawBody: Buffer
  readonly signature: string | undefined
  readonly timestamp: string | undefined
}

/**
 * Checks an event delivery: ECDSA with SHA-256 over the timestamp and the raw body, by the public key that SendGrid shows
 * (base64 of its DER). Returns what is wrong with it, or null. A delivery older than 300 seconds is refused, so that a
 * captured one is of no use later.
 */
export function signatureFault(
  { rawBody, signature, timestamp }: SignedDelivery,
  { publicKey, now }: { publicKey: string; now: Date },
): string | null {
  if (!signature || !timestamp) return 'it is not signed'
  if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is not a Unix time in seconds'
  if (!isSigned({ rawBody, signature, timestamp }, publicKey)) return 'its signature is not right'
  const ageSeconds = now.getTime() / 1_000 - Number(timestamp)
  if (ageSeconds > AGE_SECONDS_MAX) return `it is older than ${AGE_SECONDS_MAX} seconds`
  if (ageSeconds < -SKEW_SECONDS_MAX) return 'its timestamp is in the future'
  return null
}

function isSigned(
  { rawBody, signature, timestamp }: { rawBody: Buffer; signature: string; timestamp: string },
  publicKey: string,
): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  const signed = Buffer.concat([Buffer.from(timestamp), rawBody])
  return verify('sha256', signed, key, Buffer.from(signature, 'base64'))
}
