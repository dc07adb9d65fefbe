import { type Html, html } from '../../web/html.ts'
import { cardsSection, waitingCardsSection } from './pages-cards.ts'
import { framed, storyForm } from './pages-html.ts'
import { disputesSection, paymentsSection, refundsSection } from './pages-payments.ts'
import { webhooksSection } from './pages-webhooks.ts'
import type { State } from './stripe-objects.ts'
import type { Webhooks } from './webhooks.ts'

/** Where the page sends people on to. */
export interface PageLinks {
  /** The mails that follow from payments; null where they are shown nowhere. */
  mails: string | null
}

export interface HomeParts {
  readonly state: State
  readonly webhooks: Webhooks
  readonly links: PageLinks
}

/** Everything that the stand-in holds, with the stories that a person may tell about each thing. */
export function homePage({ state, webhooks, links }: HomeParts): string {
  return framed(
    'Payments',
    html`<p>A stand-in for Stripe on this machine: no card is charged, and no money moves.${mailsLink(links)}</p>
${troubles()}
${cardsSection(state)}
${waitingCardsSection(state)}
${paymentsSection(state)}
${refundsSection(state)}
${disputesSection(state)}
${webhooksSection(state, webhooks)}`,
  )
}

function mailsLink({ mails }: PageLinks): Html | null {
  return mails === null ? null : html` What customers are told of it: <a href="${mails}">the mails</a>.`
}

function troubles(): Html {
  const times = html`<label>For the next <input name="times" type="number" min="1" max="1000" value="5"> requests</label>`
  return html`<h2>Trouble</h2>
<div>${storyForm('lose-answer', { label: 'Charge the next card, lose the answer' })}
${storyForm('be-away', { label: 'Be away', fields: times })}
${storyForm('be-well', { label: 'End all trouble' })}</div>`
}
