import { randomBytes } from 'node:crypto'

/** What signs outgoing webhooks: 256 bits of chance, with a mark by which secret scanners know it. */
export function newWebhookSecret(): string {
  return `rlwh_${randomBytes(32).toString('base64url')}`
}
