import { z } from 'zod'
import { formatUsd } from '../billing/money.ts'
import type { WebhookOutcome } from '../clients/outgoing-webhook.ts'
import { nextServiceEvent, type ServiceEvent } from '../db/service-events.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import {
  beginTry,
  DELIVERY_LEASE_MS,
  type Delivery,
  type DeliveryKey,
  lockDueDelivery,
  postponeDelivery,
} from '../db/webhook-deliveries.ts'
import { readWebhookSecrets } from '../db/webhook-endpoints.ts'
import { defineJob, type JobContext } from './define-job.ts'
import { msAfter } from './payment-deps.ts'
import { recordWebhook } from './webhook-outcome.ts'

/** The rest is left to the next job, so that no account keeps a worker for long. */
const EVENTS_MAX = 20
/** How long a try is left alone: longer than it may take, beyond the time at which a delivery is due for a job. */
const TRY_MS = DELIVERY_LEASE_MS + 60_000

/**
 * Tells a webhook endpoint of the changes of one account's service, in order: each when the one before was delivered or
 * given up. That a try is being made is committed before it is, so running twice sends once: the second run finds it in
 * hand. Dying half-way, or an answer that never came, has the same event sent again with the same id: it is delivered at
 * least once, or given up after three days.
 */
export const deliverServiceEvents = defineJob({
  name: 'deliver-service-events',
  queue: 'webhook',
  attempts: 5,
  timeoutMs: 240_000,
  payload: z.object({ v: z.literal(1), account: z.string(), endpoint: z.uuid() }),

  async run({ account, endpoint }, context) {
    const key = { account, endpoint }
    for (let sent = 0; sent < EVENTS_MAX; sent++) {
      const taken = await inTransaction(context.db, (tx) => takeEvent(tx, key, context.clock.now()))
      if (!taken) return
      const outcome = await send(taken, context)
      await inTransaction(context.db, (tx) => recordWebhook(tx, { taken, outcome }, context))
      if (outcome.kind === 'failed') return
    }
    await context.wake('deliver-service-events', { v: 1, ...key })
  },
})

/** An event that an endpoint is being told of. */
export interface TakenEvent {
  readonly delivery: Delivery
  readonly event: ServiceEvent
  readonly secrets: readonly string[]
}

/** Begins a try of the next event; null when there is nothing to send now. */
async function takeEvent(tx: Tx, key: DeliveryKey, now: Date): Promise<TakenEvent | null> {
  const delivery = await lockDueDelivery(tx, key, now)
  if (!delivery) return null
  const { account, endpoint, deliveredSeq, events, closedUntil } = delivery
  if (closedUntil !== null && closedUntil > now) {
    await postponeDelivery(tx, key, closedUntil)
    return null
  }
  const event = await nextServiceEvent(tx, { account, after: deliveredSeq, states: events })
  if (!event) {
    await postponeDelivery(tx, key, null)
    return null
  }
  const secrets = await readWebhookSecrets(tx, endpoint, now)
  await beginTry(tx, delivery, { now, until: msAfter(now, TRY_MS) })
  return { delivery, event, secrets }
}

async function send(
  { delivery, event, secrets }: TakenEvent,
  { webhooks }: JobContext,
): Promise<WebhookOutcome> {
  return await webhooks.send({ url: delivery.url, body: JSON.stringify(bodyOf(event)), secrets })
}

/** The same every time that it is sent. */
function bodyOf({ id, account, seq, state, previous, reason, available, at }: ServiceEvent) {
  return {
    v: 1,
    id,
    account,
    seq,
    state,
    previous,
    reason,
    available: formatUsd(available),
    at: at.toISOString(),
  }
}
