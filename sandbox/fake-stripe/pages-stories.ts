import { DECLINE_CODES } from './decline-codes.ts'
import type { Faults } from './faults.ts'
import type { Form } from './form.ts'
import { oneOf, requiredText, text } from './params.ts'
import type { Stories } from './stories.ts'
import type { CardBehaviour } from './test-cards.ts'
import type { Webhooks } from './webhooks.ts'

export interface StoryParts {
  readonly stories: Stories
  readonly webhooks: Webhooks
  readonly faults: Faults
}

type StoryForm = (parts: StoryParts, form: Form) => Promise<unknown> | unknown

/** How a card may behave from now on, by the value of its form; `declines:<code>` beside these. */
export const BEHAVIOURS = {
  'as-issued': 'as its test card does',
  succeeds: 'pays',
  asks_to_authenticate: 'asks the customer to authenticate',
  takes_days: 'takes days',
} as const
const DECLINES = 'declines:'

/** The SDK sends a request whose connection broke once more by itself, with the same key. */
const SENDINGS_OF_ONE_REQUEST = 2
const REQUESTS_AWAY_MAX = 1_000
const CHARGE = { method: 'POST', path: /^\/v1\/payment_intents\/[^/]+\/confirm$/ } as const

/** What each form of the page makes happen. Throws what a wrong id or a wrong moment deserves. */
export const STORY_FORMS: ReadonlyMap<string, StoryForm> = new Map<string, StoryForm>([
  ['behave', ({ stories }, form) => stories.behave(idIn(form), behaviourIn(form))],
  ['authenticate', ({ stories }, form) => stories.authenticate(idIn(form), answerIn(form) === 'yes')],
  [
    'settle',
    ({ stories }, form) =>
      stories.settlePayment(
        idIn(form),
        answerIn(form) === 'yes' ? null : { declineCode: 'insufficient_funds' },
      ),
  ],
  ['refund', ({ stories }, form) => stories.refund(idIn(form), centsIn(form))],
  ['complete-refund', ({ stories }, form) => stories.completeRefund(idIn(form))],
  ['fail-refund', ({ stories }, form) => stories.failRefund(idIn(form))],
  ['dispute', ({ stories }, form) => stories.openDispute(idIn(form))],
  [
    'close-dispute',
    ({ stories }, form) => stories.closeDispute(idIn(form), answerIn(form) === 'yes' ? 'won' : 'lost'),
  ],
  ['remove-card', ({ stories }, form) => stories.removeCard(idIn(form))],
  ['drop-webhooks', ({ webhooks }) => webhooks.drop()],
  ['hold-webhooks', ({ webhooks }) => webhooks.hold()],
  ['resume-webhooks', ({ webhooks }) => webhooks.release()],
  [
    'lose-answer',
    ({ faults }) => void faults.next('drop_answer', { ...CHARGE, times: SENDINGS_OF_ONE_REQUEST }),
  ],
  ['be-away', ({ faults }, form) => void faults.next('html_502_before', { times: timesIn(form) })],
  ['be-well', ({ faults }) => faults.clear()],
])

export function declineBehaviour(declineCode: string): string {
  return DECLINES + declineCode
}

/** The value that stands for a behaviour in its form. */
export function behaviourValue(behaviour: CardBehaviour | null): string {
  if (behaviour === null) return 'as-issued'
  return behaviour.kind === 'declines' ? declineBehaviour(behaviour.decline.declineCode) : behaviour.kind
}

function behaviourIn(form: Form): CardBehaviour | null {
  const value = requiredText(form, 'behaviour')
  if (value === 'as-issued') return null
  if (value === 'succeeds' || value === 'asks_to_authenticate' || value === 'takes_days')
    return { kind: value }
  const declineCode = DECLINE_CODES.find((code) => value === declineBehaviour(code))
  if (!declineCode) throw new Error(`no card behaves as ${value}`)
  return { kind: 'declines', decline: { declineCode } }
}

function idIn(form: Form): string {
  return requiredText(form, 'id')
}

function answerIn(form: Form): 'no' | 'yes' {
  return oneOf(form, 'answer', ['no', 'yes']) ?? 'no'
}

/** Dollars and cents; everything that is left when nothing is entered. */
function centsIn(form: Form): number | undefined {
  const amount = text(form, 'amount')
  if (!amount) return undefined
  const [, whole = '', cents = ''] = /^\$?(\d{1,7})(?:\.(\d\d))?$/.exec(amount) ?? []
  if (whole === '') throw new Error('an amount is dollars, or dollars and cents: 12 or 12.50')
  return Number(whole + cents.padEnd(2, '0'))
}

function timesIn(form: Form): number {
  const times = Number(requiredText(form, 'times'))
  if (Number.isInteger(times) && times >= 1 && times <= REQUESTS_AWAY_MAX) return times
  throw new Error(`a number of requests is from 1 to ${REQUESTS_AWAY_MAX}`)
}
