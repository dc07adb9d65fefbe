import { createHmac } from 'node:crypto'
import { type WebhookRules, webhookAddressFault } from '../billing/webhook-address.ts'

export interface OutgoingWebhook {
  readonly url: string
  /** JSON, sent byte by byte as it is. */
  readonly body: string
  /** All that are in force; each signs. */
  readonly secrets: readonly string[]
}

/** `failed` covers no answer too: the receiver may have taken it, so that it is sent again; `isAway` tells that from others. */
export type WebhookOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly why: string; readonly isAway: boolean }

export interface WebhookSender {
  /** Sends a webhook once and says what became of that; never throws for an answer, or for none. */
  send(webhook: OutgoingWebhook): Promise<WebhookOutcome>
}

export interface WebhookSenderSettings extends WebhookRules {
  /** For a whole request. */
  readonly timeoutMs: number
  readonly clock: { now(): Date }
}

/**
 * Posts webhooks to hosts that are allowed, and nowhere else: redirects are not followed, and of an answer only the status
 * is looked at. Nothing is repeated here.
 */
export function createWebhookSender({ timeoutMs, clock, ...rules }: WebhookSenderSettings): WebhookSender {
  return {
    send: async ({ url, body, secrets }) => {
      const fault = webhookAddressFault(url, rules)
      if (fault) return { kind: 'failed', why: `not sent: the address ${fault}`, isAway: false }
      try {
        const answer = await fetch(url, {
          method: 'POST',
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Ringledger',
            'ringledger-signature': signature({ body, secrets, at: clock.now() }),
          },
        })
        await answer.body?.cancel()
        if (answer.ok) return { kind: 'delivered' }
        return { kind: 'failed', why: `answered ${answer.status}`, isAway: false }
      } catch (error) {
        return { kind: 'failed', why: reasonOf(error, timeoutMs), isAway: true }
      }
    },
  }
}

/** `t=<unix seconds>,v1=<hex>`, with a `v1` for each secret: HMAC-SHA256 of `<t>.<body>`. */
export function signature({
  body,
  secrets,
  at,
}: {
  body: string
  secrets: readonly string[]
  at: Date
}): string {
  const seconds = Math.floor(at.getTime() / 1_000)
  const signatures = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'),
  )
  return [`t=${seconds}`, ...signatures.map((hex) => `v1=${hex}`)].join(',')
}

/** What fetch throws hides the cause one level down. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : ''
  return `${code}${cause.message}`
}
