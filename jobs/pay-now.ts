import { type ManualLimit, manualLimit } from '../billing/manual-topup.ts'
import type { Micros } from '../billing/money.ts'
import { readCards } from '../db/cards.ts'
import { lockAccount } from '../db/lock-account.ts'
import { readManualTopups } from '../db/manual-topups.ts'
import { openAttempt } from '../db/topup-attempts.ts'
import { openTopup, readOpenTopup, readTopup, readTopupByKey, type Topup } from '../db/topups.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { advance } from './advance.ts'
import { LEASE_MS } from './decline-attempt.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'

export interface PayNow {
  readonly account: string
  readonly amount: Micros
  /** The client's: the same one again is the same payment. */
  readonly idempotencyKey: string
  readonly requestedBy: string
}

export type PayNowResult =
  | { readonly kind: 'topup'; readonly topup: Topup }
  /** Another one is on its way: nothing was charged. */
  | { readonly kind: 'open'; readonly topup: Topup }
  | { readonly kind: 'other_amount' | 'unknown_account' | 'no_card' | 'not_active' }
  | { readonly kind: 'limit'; readonly limit: ManualLimit }

/**
 * Charges the card on file for an amount that the customer entered, now, and resolves with the top-up as far as it got:
 * Stripe may want the customer to authenticate, or its outcome may be unknown yet. Called twice with one key, by a double
 * click or after a lost answer, it charges once. While any top-up is open no other one is started.
 */
export async function payNow(deps: PaymentDeps, wanted: PayNow): Promise<PayNowResult> {
  const begun = await begin(deps, wanted)
  if (begun.kind !== 'opened') return begun
  await advance(deps, begun.topup)
  return { kind: 'topup', topup: (await readTopup(deps.db, begun.topup)) ?? begun.topup }
}

/** Whoever opened it takes it on: others would only be in its way at Stripe. */
type Begun = PayNowResult | { readonly kind: 'opened'; readonly topup: Topup }

async function begin(deps: PaymentDeps, wanted: PayNow): Promise<Begun> {
  const { account, idempotencyKey } = wanted
  return await inTransaction(deps.db, async (tx) => {
    const locked = await lockAccount(tx, account)
    if (!locked) return { kind: 'unknown_account' }
    const earlier = await readTopupByKey(tx, { account, idempotencyKey })
    if (earlier)
      return earlier.amount === wanted.amount ? { kind: 'topup', topup: earlier } : { kind: 'other_amount' }
    const open = await readOpenTopup(tx, account)
    if (open) return { kind: 'open', topup: open }
    if (locked.status === 'closed') return { kind: 'not_active' }
    return await openManual(tx, deps, wanted)
  })
}

async function openManual(tx: Tx, { clock, newId }: PaymentDeps, wanted: PayNow): Promise<Begun> {
  const { account, amount } = wanted
  const now = clock.now()
  const [card] = await readCards(tx, account)
  if (!card) return { kind: 'no_card' }
  const limit = manualLimit({ amount, earlier: await readManualTopups(tx, account, now), now })
  if (limit) return { kind: 'limit', limit }
  const topup = { ...wanted, id: newId(), origin: 'manual' } as const
  await openTopup(tx, topup, { now, nextCheckAt: msAfter(now, LEASE_MS) })
  await openAttempt(tx, { topup, card, automatic: false }, now)
  const opened = await readTopup(tx, topup)
  if (!opened) throw new Error(`top-up ${topup.id} was opened and is not there`)
  return { kind: 'opened', topup: opened }
}
