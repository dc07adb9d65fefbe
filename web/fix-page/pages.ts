import { dollars } from '../../billing/mails/wording.ts'
import { formatUsd } from '../../billing/money.ts'
import { type Html, html } from '../html.ts'
import type { BrowserSetup } from '../stripe-setup.ts'
import type { Page } from './send-page.ts'
import { describeCause, describeFailure, isOver, type Trouble } from './trouble.ts'

export const noSuchPage: Page = {
  status: 404,
  title: 'There is no page here',
  content: html`<p>The address is not complete. Please open the link from the mail again.</p>`,
  browser: null,
}

export const linkIsOver: Page = {
  status: 410,
  title: 'This link is no longer valid',
  content: html`<p>It was used already, or it is more than seven days old. If you have just used it, all is well: there is nothing more to do.</p>
<p>Otherwise open your billing page to see how things stand.</p>`,
  browser: null,
}

export const cannotNow: Page = {
  status: 503,
  title: 'This cannot be done at the moment',
  content: html`<p>Nothing was charged. Please reload this page in a few minutes.</p>`,
  browser: null,
}

export const notDone: Page = {
  status: 409,
  title: 'This is not done yet',
  content: html`<p>Your bank has not confirmed it yet. Please go back and try again.</p>`,
  browser: null,
}

/** What failed, and the ways to put it right. */
export function troublePage(trouble: Trouble, browser: BrowserSetup | null): Page {
  if (isOver(trouble)) return donePage(trouble)
  const cause = describeCause(trouble)
  const waits = trouble.topup?.status === 'requires_action'
  const content = html`<p>${describeFailure(trouble)}</p>
${cause && html`<p>${cause.title} ${cause.whatToDo}</p>`}
${browser ? null : html`<p>Please open your billing page to put it right.</p>`}
${browser && waits ? choice('authenticate', 'Confirm this payment') : null}
${browser && choice('register', 'Register a new card', CONSENT)}`
  return { status: 200, title: 'Your recharge needs you', content, browser: null }
}

/** The version of the text below, kept with the card. */
export const CONSENT_VERSION = 'fix-page-1'
const CONSENT =
  'By registering a card you agree that it is charged automatically whenever your credit runs low.'

function choice(action: string, label: string, note = ''): Html {
  return html`<form method="post">
<p>${note}</p>
<button name="do" value="${action}">${label}</button>
</form>`
}

/** What the script needs to have the customer hand over a card, or authenticate a payment. */
export interface BrowserStep {
  readonly action: 'register' | 'authenticate'
  /** Of the SetupIntent or PaymentIntent. */
  readonly intent: string
  readonly clientSecret: string
  /** The card to authenticate. */
  readonly card: string | null
}

/** Where the customer hands over a card, or authenticates; the script posts the form when Stripe has confirmed. */
export function browserPage(trouble: Trouble, step: BrowserStep, browser: BrowserSetup): Page {
  const registers = step.action === 'register'
  const origin = browser.isSandbox ? html` data-origin="${browser.origin}"` : null
  const card = step.card === null ? null : html` data-card="${step.card}"`
  const amount = trouble.topup ? dollars(formatUsd(trouble.topup.amount)) : ''
  const content = html`<form method="post" data-action="${step.action}" data-intent="${step.intent}" data-secret="${step.clientSecret}" data-publishable-key="${browser.publishableKey}"${origin}${card}>
<input type="hidden" name="do" value="${registers ? 'registered' : 'authenticated'}">
<input type="hidden" name="intent" value="${step.intent}">
${registers && browser.isSandbox ? testCards() : html`<div id="card-form"></div>`}
<p id="trouble" role="alert"></p>
<button>${registers ? 'Save this card' : `Confirm ${amount}`}</button>
</form>`
  return { status: 200, title: registers ? 'Register a new card' : 'Confirm the payment', content, browser }
}

/** Of docs.stripe.com/testing. */
const TEST_CARDS: readonly { readonly number: string; readonly what: string }[] = [
  { number: '4242424242424242', what: 'Visa that pays' },
  { number: '5555555555554444', what: 'Mastercard that pays' },
  { number: '4000000000000341', what: 'Visa that is saved, and declined when it is charged' },
  { number: '4000000000000002', what: 'Visa that is declined at once' },
]

/** Without a name, so that the form leaves it out: no number is sent to us, not even one for tests. */
function testCards(): Html {
  const options = TEST_CARDS.map(
    ({ number, what }) => html`<option value="${number}">${number}: ${what}</option>`,
  )
  return html`<label>Test card <select>${options}</select></label>`
}

export function donePage({ autoRecharge: { settings, pausedReason } }: Trouble): Page {
  const isRefilled = settings.enabled && pausedReason === null
  const content = isRefilled
    ? html`<p>Your credit is being refilled. You will get a receipt by mail.</p>`
    : html`<p>Your card is on file. Auto-recharge is off: turn it on again on your billing page if you want it.</p>`
  return { status: 200, title: 'Thank you, all is well', content, browser: null }
}
