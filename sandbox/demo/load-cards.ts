import { parseUsd } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import type { CardSetup } from '../../clients/stripe-card.ts'
import { readAutoRecharge, saveRechargeSettings } from '../../db/auto-recharge.ts'
import { lockAccount } from '../../db/lock-account.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { beginCardSetup, completeSetup } from '../../jobs/register-card.ts'
import { DEMO_ACCOUNTS, type DemoAccount } from './accounts.ts'

const BY = 'demo'

type DemoDeps = PaymentDeps & { readonly browser: BrowserStripe }

/**
 * Registers the demo's cards with the stand-in for Stripe and saves settings that turn auto-recharge on for whoever has
 * one. Accounts that have settings stay as they are, so that running it at each start changes nothing.
 */
export async function loadDemoCards(deps: DemoDeps): Promise<void> {
  for (const account of DEMO_ACCOUNTS) {
    const earlier = await readAutoRecharge(deps.db, account.id)
    if (earlier?.settings.emails.length === 0) await loadCards(deps, account)
  }
}

/** What a browser knows of Stripe. */
export interface BrowserStripe {
  readonly apiBase: string
  readonly publishableKey: string | null
}

/** The customer's browser hands the card to Stripe, past us. */
async function confirmAsBrowser(
  { apiBase, publishableKey }: BrowserStripe,
  { id, clientSecret }: CardSetup,
  token: string,
): Promise<void> {
  const answer = await fetch(`${apiBase}/v1/setup_intents/${id}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: publishableKey ?? '',
      client_secret: clientSecret ?? '',
      payment_method: token,
    }),
  })
  if (!answer.ok) throw new Error(`the demo card ${token} was refused: ${await answer.text()}`)
}

async function loadCards({ browser, ...deps }: DemoDeps, { id: account, cards }: DemoAccount): Promise<void> {
  for (const [index, token] of cards.entries()) {
    const role = index === 0 ? 'default' : 'backup'
    const setup = await beginCardSetup(deps, { account, role, consent: { by: BY, version: 'demo' } })
    await confirmAsBrowser(browser, setup, token)
    await completeSetup(deps, { account, id: setup.id })
  }
  const settings = {
    enabled: cards.length > 0,
    amount: parseUsd('60'),
    threshold: parseUsd('10'),
    emails: [`billing@${account}.example`],
    caps: DEFAULT_RECHARGE_CAPS,
  }
  await inTransaction(deps.db, async (tx) => {
    await lockAccount(tx, account)
    await saveRechargeSettings(tx, { account, settings, by: BY }, { id: deps.newId(), now: deps.clock.now() })
  })
}
