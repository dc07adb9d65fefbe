import type { StripeEvent } from '../clients/stripe-webhook.ts'
import { noteFinding } from '../db/findings.ts'
import { applyCardChange } from './apply-card-change.ts'
import { applyDispute } from './apply-dispute.ts'
import { applyPayment } from './apply-payment.ts'
import { applyRefund } from './apply-refund.ts'
import { askStripe } from './ask-stripe.ts'
import { BillingError } from './billing-error.ts'
import { definite } from './definite.ts'
import type { PaymentDeps } from './payment-deps.ts'
import { completeSetup } from './register-card.ts'

type Apply = (deps: PaymentDeps, objectId: string) => Promise<string>

/** What is read when Stripe tells of it, by the beginning of the event's type. */
const HANDLERS: Readonly<Record<string, Apply>> = {
  'payment_intent.': async (deps, id) =>
    await applyPayment(deps, definite(await askStripe(deps, (stripe) => stripe.readPayment(id)))),
  'refund.': async (deps, id) =>
    await applyRefund(deps, definite(await askStripe(deps, (stripe) => stripe.readRefund(id)))),
  'charge.dispute.': async (deps, id) =>
    await applyDispute(deps, definite(await askStripe(deps, (stripe) => stripe.readDispute(id)))),
  'setup_intent.': async (deps, id) => {
    const setup = definite(await askStripe(deps, (stripe) => stripe.readCardSetup(id)))
    if (setup.account === null) return 'foreign'
    const card = await completeSetup(deps, { account: setup.account, id })
    return card ? 'settled' : 'waiting'
  },
  'payment_method.': applyCardChange,
}

/** The types of events that are listened to; an endpoint at Stripe needs no others. */
export const EVENT_TYPES = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
  'setup_intent.succeeded',
  'payment_method.automatically_updated',
  'payment_method.detached',
] as const

/** Takes over the state of the object that an event tells of. Says what was done about it, in a word. */
export async function applyEvent(deps: PaymentDeps, event: StripeEvent): Promise<string> {
  const known = (EVENT_TYPES as readonly string[]).includes(event.type)
  const [, apply] = Object.entries(HANDLERS).find(([prefix]) => event.type.startsWith(prefix)) ?? []
  if (!known || !apply || event.objectId === '') return 'ignored'
  const outcome = await apply(deps, event.objectId).catch(notToBeRead)
  if (outcome === 'foreign') await noteForeign(deps, event)
  return outcome
}

/** Stripe refuses to show what it told of: it is not of this Stripe account or mode, and will not be later. */
function notToBeRead(error: unknown): string {
  if (error instanceof BillingError && error.code === 'stripe_refused') return 'foreign'
  throw error
}

/** Something of another system, or of an environment that shares the Stripe account. */
async function noteForeign({ db, log, clock, newId }: PaymentDeps, event: StripeEvent): Promise<void> {
  log.warn({ event: event.id, type: event.type }, 'event about nothing of ours')
  await noteFinding(
    db,
    {
      kind: 'foreign_stripe_object',
      subject: event.objectId,
      severity: 'info',
      evidence: { event: event.id, type: event.type },
      account: null,
    },
    { id: newId(), now: clock.now() },
  )
}
