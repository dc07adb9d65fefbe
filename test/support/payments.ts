import { expect, onTestFinished } from 'vitest'
import { centsToMicros, type Micros, parseUsd } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import type { RechargeSettings } from '../../billing/recharge-settings.ts'
import { createStripeClient } from '../../clients/stripe.ts'
import { systemNewId } from '../../config/clock.ts'
import { saveRechargeSettings } from '../../db/auto-recharge.ts'
import { adjust } from '../../db/corrections.ts'
import { lockAccount } from '../../db/lock-account.ts'
import type { CardRole } from '../../db/payment-schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { advance } from '../../jobs/advance.ts'
import { applyEvent } from '../../jobs/apply-event.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { beginCardSetup, completeSetup } from '../../jobs/register-card.ts'
import { startRecharge } from '../../jobs/start-recharge.ts'
import { type FakeStripe, startFakeStripe } from '../../sandbox/fake-stripe/start-fake-stripe.ts'
import { LogLines } from './pipeline.ts'
import { type Setup, setup } from './setup.ts'
import { openAccounts } from './usage.ts'

export const STRIPE_KEY = 'sk_test_ringledger'
export const STRIPE_WEBHOOK_SECRET = 'whsec_ringledger'

export interface Payments extends Setup {
  readonly stripe: FakeStripe
  readonly deps: PaymentDeps
  readonly logged: LogLines
  /** Registers a card by one of the fake's tokens, as a browser would. */
  registerCard(token?: string, options?: { account?: string; role?: CardRole }): Promise<string>
  saveSettings(settings?: Partial<RechargeSettings>, account?: string): Promise<void>
  /** Moves the balance by so many dollars. */
  move(usd: string, account?: string): Promise<void>
  /** Decides whether to recharge and, if so, takes the top-up as far as it goes. Returns the top-up's id. */
  recharge(account?: string): Promise<string | null>
  /** Delivers everything that the fake has to tell, each event once, in order. */
  deliverEvents(): Promise<void>
}

/** Two accounts with auto-recharge on ($100 below $10), no cards, and a fake Stripe; clock and ids as every test has them. */
export async function setupPayments(settingUp: Promise<Setup> = setup()): Promise<Payments> {
  const base = await settingUp
  const { db, clock } = base
  const logged = new LogLines()
  const stripe = await startFakeStripe({ port: 0, secretKeys: [STRIPE_KEY], webhook: null, clock })
  onTestFinished(() => stripe.stop())
  const client = createStripeClient({ secretKey: STRIPE_KEY, apiBase: stripe.url })
  const deps: PaymentDeps = { db, clock, log: logged.log, newId: systemNewId, stripe: client }
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  let moves = 0
  const payments: Payments = {
    ...base,
    stripe,
    deps,
    logged,
    registerCard: async (token = 'pm_card_visa', { account = 'acct_a', role = 'default' } = {}) => {
      const consent = { by: 'pat@example.com', version: '2026-11' }
      const { id } = await beginCardSetup(deps, { account, role, consent })
      await confirmSetup(stripe, id, token)
      const card = await completeSetup(deps, { account, id })
      if (!card) throw new Error(`card ${token} was not registered`)
      return card.id
    },
    saveSettings: async (settings = {}, account = 'acct_a') => {
      await inTransaction(db, async (tx) => {
        await lockAccount(tx, account)
        await saveRechargeSettings(
          tx,
          { account, settings: { ...SETTINGS, ...settings }, by: 'pat@example.com' },
          { id: systemNewId(), now: clock.now() },
        )
      })
    },
    move: async (usd, account = 'acct_a') => {
      moves += 1
      const change = { account, id: `move-${moves}`, amount: parseUsd(usd), reason: 'test', postedBy: 'test' }
      await inTransaction(db, (tx) => adjust(tx, change, clock.now()))
    },
    recharge: async (account = 'acct_a') => {
      const topup = await inTransaction(db, (tx) => startRecharge(tx, deps, account))
      if (topup) await advance(deps, topup)
      return topup?.id ?? null
    },
    deliverEvents: async () => {
      for (const event of stripe.state.events.values()) {
        const object = event.data.object
        if (!('id' in object) || typeof object.id !== 'string') continue
        await applyEvent(deps, { id: event.id, type: event.type, objectId: object.id })
      }
    },
  }
  await payments.saveSettings({}, 'acct_a')
  await payments.saveSettings({}, 'acct_b')
  onTestFinished(() => expectSameMoneyAsStripe(payments))
  return payments
}

const SETTINGS: RechargeSettings = {
  enabled: true,
  amount: parseUsd('100'),
  threshold: parseUsd('10'),
  emails: ['billing@example.com'],
  caps: DEFAULT_RECHARGE_CAPS,
}

/** Credited minus returned is what Stripe captured minus returned, for each account. */
export async function expectSameMoneyAsStripe({
  db,
  stripe,
}: Pick<Payments, 'db' | 'stripe'>): Promise<void> {
  for (const account of ['acct_a', 'acct_b']) {
    const { total } = await db
      .selectFrom('entries')
      .select(({ fn }) => fn.sum<string>('amount_micros').as('total'))
      .where('account_id', '=', account)
      .where('contra', '=', 'clearing:stripe')
      .executeTakeFirstOrThrow()
    const customer = { metadata: { ringledger_account: account } }
    const cents = stripe.ledger.captured(customer) - stripe.ledger.returned(customer)
    expect({ account, credited: BigInt(total ?? 0) }).toEqual({
      account,
      credited: centsToMicros(cents) as bigint,
    })
  }
}

async function confirmSetup(stripe: FakeStripe, id: string, token: string): Promise<void> {
  const answer = await fetch(`${stripe.url}/v1/setup_intents/${id}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ payment_method: token }),
  })
  if (!answer.ok) throw new Error(`set-up not confirmed: ${answer.status} ${await answer.text()}`)
}

/** Dollars as the ledger counts them. */
export const usd = (text: string): Micros => parseUsd(text)
