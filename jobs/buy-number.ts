import { createHash } from 'node:crypto'
import { subtractMicros } from '../billing/money.ts'
import { type Charge, rateUsage } from '../billing/rating.ts'
import { decidePurchase } from '../billing/renewal-start.ts'
import type { UsageRecord } from '../billing/usage-record.ts'
import { lockHeld } from '../db/account-holds.ts'
import { postUsage } from '../db/ledger.ts'
import { addNumberChanges } from '../db/number-changes.ts'
import { readPurchase } from '../db/number-purchases.ts'
import { lockNumbers, putNumbers, readHolders, readNumbers } from '../db/phone-numbers.ts'
import { lockRenewalAccounts, type RenewalAccount } from '../db/renewals-due.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { boughtNumber } from './claim-numbers.ts'
import {
  HELD,
  NO_ACCOUNT,
  NO_NUMBER,
  type NumberDeps,
  type NumberResult,
  type NumberWish,
} from './number-result.ts'
import { type PriceOf, renewalPrices } from './renew-prices.ts'
import { readReserve } from './renew-reserve.ts'
import { wakeRecharges } from './wake-recharges.ts'

/**
 * Buys a number for an account, now: charged at once from credit that covers it, as a usage record of an id that comes
 * from the client's key. The same key again is the same purchase; for another number it is refused.
 */
export async function buyNumber(
  deps: NumberDeps,
  wish: NumberWish & { readonly idempotencyKey: string },
): Promise<NumberResult> {
  const { account } = wish
  const cardsOf = await deps.rateBook.cardsFor([account])
  const record = toRecord(wish, deps.clock.now())
  const charge = rateUsage(record, cardsOf(account))
  const priceOf = await renewalPrices(deps.rateBook, [account])
  return await inTransaction(deps.db, async (tx) => {
    const [locked] = await lockRenewalAccounts(tx, [account])
    if (!locked) return NO_ACCOUNT
    const earlier = await readPurchase(tx, record)
    if (earlier !== null) return await boughtBefore(tx, { wish, earlier })
    await lockNumbers(tx, [wish.number])
    if ((await readHolders(tx, [wish.number])).size > 0) return HELD
    if (charge.kind === 'refusal' && charge.code === 'destination_blocked') {
      return { kind: 'refused', code: charge.code, message: charge.message }
    }
    const price = charge.kind === 'charge' ? charge : null
    const refusal = await refusalOf(tx, { locked, price, priceOf, now: deps.clock.now() })
    if (refusal || !price) return refusal ?? NO_RATE
    return await buy(tx, deps, { wish, locked, record, charge: price })
  })
}

const NO_RATE = { kind: 'refused', code: 'no_rate', message: 'no rate covers the number' } as const

/** Of the same length whatever the key is, and an id that a usage record may have. */
function toRecord({ account, number, idempotencyKey }: NumberWish & { idempotencyKey: string }, now: Date) {
  const record: UsageRecord = {
    id: `api:${createHash('sha256').update(idempotencyKey).digest('base64url')}`,
    account,
    item: 'phone_number',
    kind: 'purchase',
    from: null,
    to: number,
    occurredAtMs: now.getTime(),
    durationMs: null,
    segments: null,
    callId: null,
    holdId: null,
    tags: null,
  }
  return record
}

/** The number as it stands now. */
async function boughtBefore(
  tx: Tx,
  { wish, earlier }: { wish: NumberWish; earlier: string },
): Promise<NumberResult> {
  if (earlier !== wish.number) {
    const message = `nothing was bought: this key stands for the purchase of ${earlier}`
    return { kind: 'refused', code: 'other_request', message }
  }
  const [number] = await readNumbers(tx, [wish])
  return number ? { kind: 'done', number } : NO_NUMBER
}

async function refusalOf(
  tx: Tx,
  {
    locked,
    price,
    priceOf,
    now,
  }: { locked: RenewalAccount; price: Charge | null; priceOf: PriceOf; now: Date },
): Promise<NumberResult | null> {
  if (locked.status === 'suspended') return SUSPENDED
  const heldOf = await lockHeld(tx, [locked.id])
  const reserve = await readReserve(tx, { account: locked.id, priceOf, now })
  const decision = decidePurchase({
    price: price?.amount ?? null,
    available: subtractMicros(subtractMicros(locked.balance, heldOf(locked.id)), reserve),
    accountClosed: locked.status === 'closed',
  })
  return decision.do === 'buy' ? null : { kind: 'refused', code: decision.code, message: decision.message }
}

const SUSPENDED = {
  kind: 'refused',
  code: 'account_suspended',
  message: 'the account is suspended: it can buy no numbers',
} as const

async function buy(
  tx: Tx,
  deps: NumberDeps,
  {
    wish,
    locked,
    record,
    charge,
  }: { wish: NumberWish; locked: RenewalAccount; record: UsageRecord; charge: Charge },
): Promise<NumberResult> {
  const now = deps.clock.now()
  const number = boughtNumber(record, locked, now)
  await putNumbers(tx, [number])
  const change = { event: 'purchase', state: number.state, reason: `usage record ${record.id}` } as const
  await addNumberChanges(tx, [{ account: wish.account, number: wish.number, ...change, by: wish.by }], now)
  const { crossed } = await postUsage(tx, [{ record, charge }], now)
  await wakeRecharges(tx, deps, crossed)
  return { kind: 'done', number }
}
