import { createHmac } from 'node:crypto'

/** The `Stripe-Signature` header for a payload sent at this time: HMAC-SHA256 over `<seconds>.<payload>`. */
export function signWebhook({ payload, secret, at }: { payload: string; secret: string; at: Date }): string {
  const seconds = Math.floor(at.getTime() / 1_000)
  const signature = createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex')
  return `t=${seconds},v1=${signature}`
}
