import { hasCardSetup } from '../../db/card-setups.ts'
import { type FixLink, useFixLink } from '../../db/fix-links.ts'
import { inTransaction } from '../../db/transaction.ts'
import { advance } from '../../jobs/advance.ts'
import { askStripe } from '../../jobs/ask-stripe.ts'
import { definite } from '../../jobs/definite.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { beginCardSetup, completeSetup } from '../../jobs/register-card.ts'
import type { BrowserSetup } from '../stripe-setup.ts'
import type { JobWaker } from '../wake-jobs.ts'
import { browserPage, CONSENT_VERSION, donePage, notDone, troublePage } from './pages.ts'
import type { Page } from './send-page.ts'
import { readTrouble } from './trouble.ts'

/** What a step of the page works with. */
export interface FixCall {
  readonly payments: PaymentDeps
  readonly browser: BrowserSetup
  readonly waker: JobWaker
  readonly token: string
  readonly link: FixLink
  /** The SetupIntent that the browser confirmed; empty for other steps. */
  readonly intent: string
}

/** What a form of the page asks for, by its `do`. */
export const STEPS: ReadonlyMap<string, (call: FixCall) => Promise<Page>> = new Map([
  ['register', register],
  ['registered', registered],
  ['authenticate', authenticate],
  ['authenticated', authenticated],
])

async function register({ payments, browser, link }: FixCall): Promise<Page> {
  const consent = { by: 'whoever opened the link of a mail', version: CONSENT_VERSION }
  const setup = await beginCardSetup(payments, { account: link.account, role: 'default', consent })
  const trouble = await readTrouble(payments.db, link)
  const secret = setup.clientSecret ?? ''
  const step = { action: 'register', intent: setup.id, clientSecret: secret, card: null } as const
  return browserPage(trouble, step, browser)
}

async function registered(call: FixCall): Promise<Page> {
  const { payments, link, intent } = call
  const { account } = link
  if (!(await hasCardSetup(payments.db, { account, id: intent }))) return notDone
  const card = await completeSetup(payments, { account, id: intent })
  return card ? await done(call) : notDone
}

/** The secret goes to the page and nowhere else. */
async function authenticate({ payments, browser, link }: FixCall): Promise<Page> {
  const trouble = await readTrouble(payments.db, link)
  const paymentId = trouble.topup?.paymentId ?? null
  if (trouble.topup?.status !== 'requires_action' || paymentId === null) return troublePage(trouble, browser)
  const payment = definite(await askStripe(payments, (stripe) => stripe.readPayment(paymentId)))
  const card = payment.decline?.cardId ?? null
  const secret = payment.clientSecret ?? ''
  const step = { action: 'authenticate', intent: paymentId, clientSecret: secret, card } as const
  return browserPage(trouble, step, browser)
}

async function authenticated(call: FixCall): Promise<Page> {
  const { payments, browser, link } = call
  if (link.topup === null) return notDone
  await advance(payments, { account: link.account, id: link.topup })
  const trouble = await readTrouble(payments.db, link)
  switch (trouble.topup?.status) {
    case 'succeeded':
    case 'processing':
      return await done(call)
    case 'requires_action':
      return notDone
    default:
      return troublePage(trouble, browser)
  }
}

/** The link has done its work: it is used up, and what waited for it goes on. */
async function done({ payments, waker, token, link }: FixCall): Promise<Page> {
  const { db, clock } = payments
  await inTransaction(db, (tx) => useFixLink(tx, token, clock.now()))
  waker.wake('recharge-account', { v: 1, account: link.account })
  return donePage(await readTrouble(db, link))
}
