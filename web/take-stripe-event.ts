import type { StripeEvent } from '../clients/stripe-webhook.ts'
import { noteFinding } from '../db/findings.ts'
import { completeStripeEvent, storeStripeEvent } from '../db/stripe-events.ts'
import { inTransaction } from '../db/transaction.ts'
import type { WebContext } from './route.ts'

/** Stores an event once, and has it worked. Sent again it changes nothing. */
export async function takeStripeEvent(
  { db, clock, waker }: Pick<WebContext, 'db' | 'clock' | 'waker'>,
  event: StripeEvent,
): Promise<void> {
  const isNew = await storeStripeEvent(db, event, clock.now())
  if (isNew) waker.wake('apply-stripe-event', { v: 1, event: event.id })
}

/** Stores an event that real money is in and our key is not for, or the other way round: it has no effect. */
export async function setAsideStripeEvent(
  { db, log, clock, newId }: Pick<WebContext, 'db' | 'log' | 'clock' | 'newId'>,
  event: StripeEvent & { readonly live: boolean },
): Promise<void> {
  const now = clock.now()
  const mode = event.live ? 'live' : 'test'
  await inTransaction(db, async (tx) => {
    if (!(await storeStripeEvent(tx, event, now))) return
    await completeStripeEvent(tx, event.id, 'other mode', now)
    await noteFinding(
      tx,
      {
        kind: 'stripe_event_of_other_mode',
        subject: mode,
        severity: 'warning',
        evidence: { event: event.id, type: event.type },
        account: null,
      },
      { id: newId(), now },
    )
  })
  log.warn({ event: event.id, type: event.type, mode }, 'event of another mode of Stripe')
}
