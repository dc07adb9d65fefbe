import { METADATA } from '../../clients/stripe-payment.ts'
import { type Html, html } from '../../web/html.ts'
import { authenticateForms, cardName } from './pages-cards.ts'
import { choice, dollars, mark, section, storyForm, timeOf } from './pages-html.ts'
import type { Charge, Dispute, PaymentIntent, Refund, State } from './stripe-objects.ts'

const SHOWN_MAX = 100

/** The payments, newest first, with what may happen to each. */
export function paymentsSection(state: State): Html {
  const items = newest(state.paymentIntents).map((payment) => paymentItem(state, payment))
  return section('Payments', items, 'No payment yet.')
}

function paymentItem(state: State, payment: PaymentIntent): Html {
  const charge = state.charges.get(payment.latest_charge ?? '')
  const decline = payment.last_payment_error?.decline_code ?? payment.last_payment_error?.code
  const kind = payment.status === 'succeeded' ? 'good' : decline ? 'bad' : 'plain'
  return html`<article id="${payment.id}">
<p><strong>${dollars(payment.amount)}</strong> ${payment.metadata[METADATA.account] ?? ''} ${mark(payment.status, kind)}
${decline ? html`declined: ${decline}` : null} ${returned(charge)}</p>
<p><small>${timeOf(payment.created)}, ${cardName(charge?.payment_method_details?.card)}, ${payment.id}</small></p>
<div>${paymentForms(payment, charge)}</div></article>`
}

function returned(charge: Charge | undefined): Html | null {
  if (charge?.disputed) return mark('disputed', 'bad')
  return charge && charge.amount_refunded > 0 ? mark(`${dollars(charge.amount_refunded)} refunded`) : null
}

function paymentForms({ id, status }: PaymentIntent, charge: Charge | undefined): readonly Html[] {
  if (status === 'requires_action') return authenticateForms(id)
  if (status === 'processing') {
    return [
      storyForm('settle', { id, label: 'The bank pays', fields: choice('answer', 'yes') }),
      storyForm('settle', { id, label: 'The bank declines', fields: choice('answer', 'no') }),
    ]
  }
  if (status !== 'succeeded' || !charge || charge.disputed) return []
  const left = charge.amount_captured - charge.amount_refunded
  const amount = html`<input name="amount" inputmode="decimal" placeholder="${dollars(left)}" aria-label="amount">`
  const refund = left > 0 ? [storyForm('refund', { id, label: 'Refund', fields: amount })] : []
  return [...refund, storyForm('dispute', { id, label: 'The customer disputes it' })]
}

export function refundsSection(state: State): Html {
  return section('Refunds', newest(state.refunds).map(refundItem), 'No refund yet.')
}

function refundItem({ id, amount, status, created, payment_intent }: Refund): Html {
  const forms = [
    status === 'pending' ? storyForm('complete-refund', { id, label: 'It reaches the customer' }) : null,
    status === 'pending' || status === 'succeeded'
      ? storyForm('fail-refund', { id, label: 'The bank sends it back' })
      : null,
  ].filter((form) => form !== null)
  return html`<article id="${id}"><p><strong>${dollars(amount)}</strong> ${mark(status ?? '', status === 'failed' ? 'bad' : 'plain')}</p>
<p><small>${timeOf(created)}, of ${payment_intent ?? ''}, ${id}</small></p><div>${forms}</div></article>`
}

export function disputesSection(state: State): Html {
  return section('Disputes', newest(state.disputes).map(disputeItem), 'No dispute yet.')
}

const CLOSED = new Set<string>(['won', 'lost', 'warning_closed'])

function disputeItem({ id, amount, status, created, payment_intent }: Dispute): Html {
  const forms = [
    storyForm('close-dispute', { id, label: 'We win', fields: choice('answer', 'yes') }),
    storyForm('close-dispute', { id, label: 'We lose', fields: choice('answer', 'no') }),
  ]
  return html`<article id="${id}"><p><strong>${dollars(amount)}</strong> ${mark(status, status === 'won' ? 'good' : 'bad')}</p>
<p><small>${timeOf(created)}, of ${payment_intent ?? ''}, ${id}</small></p>
<div>${CLOSED.has(status) ? [] : forms}</div></article>`
}

function newest<T>(objects: ReadonlyMap<string, T>): readonly T[] {
  return [...objects.values()].toReversed().slice(0, SHOWN_MAX)
}
