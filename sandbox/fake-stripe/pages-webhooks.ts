import { type Html, html } from '../../web/html.ts'
import { mark, section, storyForm, timeOf } from './pages-html.ts'
import type { State, StripeEvent } from './stripe-objects.ts'
import type { Webhooks } from './webhooks.ts'

const SHOWN_MAX = 50

/** The events of what happened, newest first, and what became of the sending of each. */
export function webhooksSection(state: State, webhooks: Webhooks): Html {
  const items = [...state.events.values()]
    .toReversed()
    .slice(0, SHOWN_MAX)
    .map((event) => eventItem(event, stateOf(event, webhooks)))
  return section('Webhooks', [controls(webhooks), ...items], '')
}

function controls({ mode, endpoint, held }: Webhooks): Html {
  const where = endpoint === null ? 'nowhere yet' : endpoint.url
  return html`<p>${MODES[mode]} <small>${where}</small></p>
<div>${storyForm('drop-webhooks', { label: 'Lose them from now on' })}
${storyForm('hold-webhooks', { label: 'Hold them back' })}
${storyForm('resume-webhooks', { label: held.length > 0 ? `Send them, ${held.length} held ones first` : 'Send them' })}</div>`
}

const MODES = {
  send: 'Events are sent.',
  hold: 'Events are held back.',
  drop: 'Events are lost: the API lists them, nobody is told.',
} as const

function eventItem({ id, type, created }: StripeEvent, { text, kind }: SendingState): Html {
  return html`<article><p>${type} ${mark(text, kind)}</p><p><small>${timeOf(created)}, ${id}</small></p></article>`
}

interface SendingState {
  readonly text: string
  readonly kind: 'good' | 'bad' | 'plain'
}

function stateOf(event: StripeEvent, { held, deliveries }: Webhooks): SendingState {
  if (held.some(({ id }) => id === event.id)) return { text: 'held', kind: 'plain' }
  const last = deliveries.findLast((delivery) => delivery.event === event.id)
  if (event.pending_webhooks === 0) {
    return last ? { text: 'delivered', kind: 'good' } : { text: 'earlier', kind: 'plain' }
  }
  if (!last) return { text: 'dropped', kind: 'bad' }
  const answer = last.status === 0 ? 'no answer' : `answered ${last.status}`
  return { text: `not taken: ${answer}`, kind: 'bad' }
}
