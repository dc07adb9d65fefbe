import type { StripeClient } from '../clients/stripe.ts'
import type { Answer } from '../clients/stripe-answer.ts'
import type { Page, PageQuery } from '../clients/stripe-lists.ts'
import type { Payment } from '../clients/stripe-payment.ts'
import type { StripeEvent } from '../clients/stripe-webhook.ts'
import { readSeenUntil, storeSeenUntil } from '../db/reconciliation.ts'
import { completeStripeEvent, readOwedEvent, storeStripeEvent } from '../db/stripe-events.ts'
import { readTopupByPayment } from '../db/topups.ts'
import { applyDispute } from './apply-dispute.ts'
import { applyEvent, EVENT_TYPES } from './apply-event.ts'
import { applyPayment } from './apply-payment.ts'
import { applyRefund } from './apply-refund.ts'
import { askStripe } from './ask-stripe.ts'
import { definite } from './definite.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'

/** A payment may be finished days after it was made, and a refund may fail. */
const OVERLAP_MS = 4 * 86_400_000
/** Stripe keeps events for 30 days. */
const FIRST_LOOK_BACK_MS = 30 * 86_400_000

/** What a reconciliation saw and did, by kind. */
export interface Reconciliation {
  readonly since: Date
  readonly tallies: Readonly<Record<ReconciledKind, Tally>>
}

export type ReconciledKind = 'payments' | 'refunds' | 'disputes' | 'events'

export interface Tally {
  /** At Stripe since then. */
  seen: number
  /** Of those, what moved money or a state here: a gap. */
  closed: number
  /** Nothing of ours. */
  foreign: number
}

type Outcome = string

/**
 * Compares everything that Stripe has since the last time with what is here, and closes every gap as a webhook would have.
 * It goes by lists, since Stripe's search lags behind. Running twice, or beside webhooks, changes nothing more; dying
 * half-way leaves the mark where it was. Throws a BillingError when Stripe gives no answer.
 */
export async function reconcile(
  deps: PaymentDeps,
  onDone: (kind: ReconciledKind, tally: Tally) => void = () => undefined,
): Promise<Reconciliation> {
  const startedAt = deps.clock.now()
  const seenUntil = await readSeenUntil(deps.db)
  const since = seenUntil ? msAfter(seenUntil, -OVERLAP_MS) : msAfter(startedAt, -FIRST_LOOK_BACK_MS)
  const walk = async <T>(kind: ReconciledKind, list: List<T>, apply: (item: T) => Promise<Outcome>) => {
    const tally = await walkPages(deps, { since, list, apply })
    onDone(kind, tally)
    return tally
  }
  const tallies = {
    payments: await walk(
      'payments',
      (stripe, query) => stripe.listPayments(query),
      (one) => closePayment(deps, one),
    ),
    refunds: await walk(
      'refunds',
      (stripe, query) => stripe.listRefunds(query),
      (one) => applyRefund(deps, one),
    ),
    disputes: await walk(
      'disputes',
      (stripe, query) => stripe.listDisputes(query),
      (one) => applyDispute(deps, one),
    ),
    // What changed about things that were made before the mark: a dispute that is won, a refund that fails.
    events: await walk(
      'events',
      (stripe, query) => stripe.listEvents({ ...query, types: EVENT_TYPES }),
      (one) => closeEvent(deps, one),
    ),
  }
  await storeSeenUntil(deps.db, startedAt)
  return { since, tallies }
}

type List<T> = (stripe: StripeClient, query: PageQuery) => Promise<Answer<Page<T>>>

async function walkPages<T>(
  deps: PaymentDeps,
  { since, list, apply }: { since: Date; list: List<T>; apply: (item: T) => Promise<Outcome> },
): Promise<Tally> {
  const tally: Tally = { seen: 0, closed: 0, foreign: 0 }
  let after: string | null = null
  do {
    const query: PageQuery = { createdFrom: since, after }
    const page: Page<T> = definite(await askStripe(deps, (stripe) => list(stripe, query)))
    for (const item of page.items) count(tally, await apply(item))
    after = page.next
  } while (after !== null)
  return tally
}

function count(tally: Tally, outcome: Outcome): void {
  tally.seen += 1
  if (outcome === 'foreign') tally.foreign += 1
  else if (!QUIET.has(outcome)) tally.closed += 1
}

/** Nothing moved: it was known, or is not over yet. */
const QUIET = new Set<Outcome>(['unchanged', 'waiting', 'not_executed', 'ignored'])

async function closePayment(deps: PaymentDeps, payment: Payment): Promise<Outcome> {
  const before = await readTopupByPayment(deps.db, payment.id)
  const state = await applyPayment(deps, payment)
  if (state === 'foreign' || !before) return state
  const after = await readTopupByPayment(deps.db, payment.id)
  return after?.status === before.status ? 'unchanged' : 'closed'
}

/** An event that came by webhook and was worked is known; any other is worked as if it came now. */
async function closeEvent(deps: PaymentDeps, event: StripeEvent): Promise<Outcome> {
  const isNew = await storeStripeEvent(deps.db, event, deps.clock.now())
  if (!isNew && !(await readOwedEvent(deps.db, event.id))) return 'unchanged'
  const outcome = await applyEvent(deps, event)
  await completeStripeEvent(deps.db, event.id, outcome, deps.clock.now())
  return outcome
}
