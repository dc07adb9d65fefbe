import { METADATA } from '../../clients/stripe-payment.ts'
import { type Html, html } from '../../web/html.ts'
import { DECLINE_CODES } from './decline-codes.ts'
import { choice, section, storyForm } from './pages-html.ts'
import { BEHAVIOURS, behaviourValue, declineBehaviour } from './pages-stories.ts'
import type { Customer, PaymentMethod, State } from './stripe-objects.ts'
import type { CardBehaviour } from './test-cards.ts'

/** The customers and their cards, each with what it does when it is charged. */
export function cardsSection(state: State): Html {
  const customers = [...state.customers.values()].map((customer) => customerItem(state, customer))
  return section('Customers and cards', customers, 'No customer yet.')
}

function customerItem(state: State, customer: Customer): Html {
  const cards = [...state.paymentMethods.values()].filter((method) => method.customer === customer.id)
  const items = cards.map((method) => cardItem(method, state.cards.get(method.id)?.behaviour ?? null))
  return html`<article id="${customer.id}"><p><strong>${nameOf(customer)}</strong> <small>${customer.id}</small></p>
${items.length > 0 ? items : html`<p>No card.</p>`}</article>`
}

function cardItem(method: PaymentMethod, behaviour: CardBehaviour | null): Html {
  const { id, card } = method
  const expiry = `${String(card?.exp_month ?? '').padStart(2, '0')}/${card?.exp_year ?? ''}`
  return html`<p>${cardName(card)}, expires ${expiry} <small>${id}</small></p>
<div>${storyForm('behave', { id, label: 'From now on', fields: behaviours(behaviourValue(behaviour)) })}
${storyForm('remove-card', { id, label: 'Remove the card' })}</div>`
}

function behaviours(chosen: string): Html {
  const declines = DECLINE_CODES.map((code) => [declineBehaviour(code), `declines: ${code}`] as const)
  const options = [...Object.entries(BEHAVIOURS), ...declines].map(([value, label]) =>
    value === chosen
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`,
  )
  return html`<select name="behaviour" aria-label="what a charge of the card comes to">${options}</select>`
}

/** Cards whose customer has to authenticate before they are kept; nothing where there is none. */
export function waitingCardsSection(state: State): Html | null {
  const waiting = [...state.setupIntents.values()].filter(({ status }) => status === 'requires_action')
  if (waiting.length === 0) return null
  const items = waiting.map(
    ({ id }) => html`<article><p>A card is being registered <small>${id}</small></p>
<div>${authenticateForms(id)}</div></article>`,
  )
  return section('Cards that wait for their customer', items, '')
}

export function authenticateForms(id: string): readonly Html[] {
  return [
    storyForm('authenticate', { id, label: 'The customer authenticates', fields: choice('answer', 'yes') }),
    storyForm('authenticate', { id, label: 'The customer fails to', fields: choice('answer', 'no') }),
  ]
}

function nameOf({ metadata, name, id }: Customer): string {
  return metadata[METADATA.account] ?? name ?? id
}

export function cardName(
  card: { readonly brand?: string | null; readonly last4?: string | null } | null | undefined,
): string {
  return card ? `${card.brand ?? 'card'} •••• ${card.last4 ?? ''}` : 'no card'
}
