import { storeCustomer } from '../../db/card-setups.ts'
import { addCard } from '../../db/cards.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { FakeClock } from './fake-clock.ts'
import { type Payments, STRIPE_KEY } from './payments.ts'
import { type Setup, setup } from './setup.ts'
import { openAccounts } from './usage.ts'

/**
 * Accounts below their threshold, each with a card that no other has; made past the gate, which would let 25 requests a
 * second through.
 */
export async function openManyAccounts(payments: Payments, count: number): Promise<string[]> {
  const { db, clock } = payments
  const accounts = Array.from({ length: count }, (_, n) => `acct_${n}`)
  await openAccounts(db, clock, accounts)
  for (const account of accounts) {
    const customer = await makeAtStripe(payments, '/v1/customers', {
      'metadata[ringledger_account]': account,
    })
    const card = await makeAtStripe(payments, '/v1/payment_methods/pm_card_visa/attach', { customer })
    await storeCustomer(db, { account, customerId: customer }, clock.now())
    const facts = { brand: 'visa', last4: '4242', expiryMonth: 12, expiryYear: 2034 }
    const consent = { by: 'pat@example.com', version: '2026-11' }
    const onFile = { account, id: card, role: 'default', fingerprint: card, ...facts, consent } as const
    await inTransaction(db, (tx) => addCard(tx, onFile, clock.now()))
    await payments.saveSettings({}, account)
  }
  return accounts
}

/** Makes something at the fake without our client. Returns its id. */
export async function makeAtStripe(
  { stripe }: Pick<Payments, 'stripe'>,
  path: string,
  form: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await fetch(`${stripe.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    body: new URLSearchParams(form),
  })
  const made: unknown = await answer.json()
  if (!answer.ok || typeof made !== 'object' || made === null || !('id' in made)) {
    throw new Error(`${path}: ${answer.status} ${JSON.stringify(made)}`)
  }
  return String(made.id)
}

/** A clock that goes on by itself, for tests that measure; and whose time can be moved. */
export async function setupRunning(): Promise<Setup> {
  const base = await setup()
  let aheadMs = 0
  const now = () => new Date(Date.now() + aheadMs)
  const clock: FakeClock = {
    now,
    advance: (durationMs) => {
      aheadMs += durationMs
    },
    set: (iso) => {
      aheadMs = Date.parse(iso) - Date.now()
    },
  }
  return { ...base, clock }
}
