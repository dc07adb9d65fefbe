import type { Clock } from '../../config/clock.ts'
import type { StripeEvent } from './stripe-objects.ts'
import { signWebhook } from './webhook-signature.ts'

const ANSWER_TIMEOUT_MS = 20_000

export interface WebhookEndpoint {
  readonly url: string
  readonly secret: string
}

/** Sends an event, signed, and gives the status of the answer; 0 when nobody answered. */
export async function postEvent(
  event: StripeEvent,
  { endpoint, clock, signal }: { endpoint: WebhookEndpoint; clock: Clock; signal: AbortSignal },
): Promise<number> {
  const payload = JSON.stringify(event, null, 2)
  const signature = signWebhook({ payload, secret: endpoint.secret, at: clock.now() })
  try {
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0 // the event is sent again, as for any answer that does not take it
  }
}
