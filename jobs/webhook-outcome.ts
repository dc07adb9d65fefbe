import { webhookRetryMs } from '../billing/webhook-retry.ts'
import type { WebhookOutcome } from '../clients/outgoing-webhook.ts'
import { closeFinding, noteFinding } from '../db/findings.ts'
import { shorten } from '../db/mail-states.ts'
import type { Tx } from '../db/transaction.ts'
import { DELIVERY_LEASE_MS, endTry } from '../db/webhook-deliveries.ts'
import { noteDelivered, noteUndelivered } from '../db/webhook-endpoints.ts'
import type { JobContext } from './define-job.ts'
import type { TakenEvent } from './deliver-service-events.ts'
import { msAfter } from './payment-deps.ts'

type Deps = Pick<JobContext, 'clock' | 'newId' | 'log'>

type FailedWebhook = Extract<WebhookOutcome, { kind: 'failed' }>

const UNDELIVERED = 'webhook_undelivered'
/** An endpoint that does not answer is left alone for so long, so that it does not keep workers from the others. */
const CLOSED_MS = 30_000

/** Writes down what became of a try. One that was overtaken by another changes nothing. */
export async function recordWebhook(
  tx: Tx,
  { taken, outcome }: { taken: TakenEvent; outcome: WebhookOutcome },
  deps: Deps,
): Promise<void> {
  if (outcome.kind === 'failed') return await recordFailure(tx, { taken, outcome }, deps)
  const now = deps.clock.now()
  const { delivery, event } = taken
  if (!(await endTry(tx, delivery, { deliveredSeq: event.seq, dueAt: now }))) return
  if (await noteDelivered(tx, delivery.endpoint)) {
    await closeFinding(tx, { kind: UNDELIVERED, subject: delivery.endpoint }, now)
  }
}

async function recordFailure(
  tx: Tx,
  { taken, outcome }: { taken: TakenEvent; outcome: FailedWebhook },
  deps: Deps,
): Promise<void> {
  const now = deps.clock.now()
  const { delivery, event } = taken
  const { account, endpoint } = delivery
  const why = shorten(outcome.why)
  const closedUntil = outcome.isAway ? msAfter(now, CLOSED_MS) : null
  const tryingForMs = delivery.tryingSince === null ? 0 : now.getTime() - delivery.tryingSince.getTime()
  const waitMs = webhookRetryMs({ tries: delivery.tries + 1, tryingForMs })
  // A try is due for a job within a lease, so the lease is added.
  const end =
    waitMs === null
      ? { deliveredSeq: event.seq, dueAt: now }
      : { nextTryAt: msAfter(now, waitMs + DELIVERY_LEASE_MS) }
  if (!(await endTry(tx, delivery, end))) return
  await noteUndelivered(tx, { id: endpoint, why, isGivenUp: waitMs === null, closedUntil }, now)
  deps.log.warn({ account, endpoint, seq: event.seq, why, waitMs }, 'webhook not delivered')
  if (waitMs === null) await noteGivenUp(tx, { taken, why }, deps)
}

async function noteGivenUp(
  tx: Tx,
  { taken: { delivery, event }, why }: { taken: TakenEvent; why: string },
  { clock, newId, log }: Deps,
): Promise<void> {
  const { account, endpoint, url } = delivery
  const evidence = { account, seq: event.seq, url, why }
  const finding = {
    kind: UNDELIVERED,
    subject: endpoint,
    severity: 'warning',
    evidence,
    account: null,
  } as const
  if (await noteFinding(tx, finding, { id: newId(), now: clock.now() })) {
    log.error(
      { alert: true, finding: UNDELIVERED, endpoint, account, seq: event.seq, why },
      'webhook given up',
    )
  }
}
