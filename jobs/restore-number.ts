import { subtractMicros } from '../billing/money.ts'
import { decideRestore, type RestoreDecision, restorePeriod } from '../billing/renewal-start.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import { lockHeld } from '../db/account-holds.ts'
import { addNumberChanges } from '../db/number-changes.ts'
import { lockNumbers, type PhoneNumber, putNumbers, readHolders, readNumbers } from '../db/phone-numbers.ts'
import { postRenewals, type RenewalCharge } from '../db/renewals.ts'
import { lockRenewalAccounts, type RenewalAccount } from '../db/renewals-due.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
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
import { firstLook } from './renew-steps.ts'
import { wakeRecharges } from './wake-recharges.ts'

/**
 * Brings a released number back within 10 days of its release, unless somebody else has it. The month in which it comes
 * back is charged whole unless it was paid before; its months begin as before.
 */
export async function restoreNumber(deps: NumberDeps, wish: NumberWish): Promise<NumberResult> {
  const { account } = wish
  const priceOf = await renewalPrices(deps.rateBook, [account])
  return await inTransaction(deps.db, async (tx) => {
    const [locked] = await lockRenewalAccounts(tx, [account])
    if (!locked) return NO_ACCOUNT
    const now = deps.clock.now()
    await lockNumbers(tx, [wish.number])
    const [number] = await readNumbers(tx, [wish])
    if (!number) return NO_NUMBER
    const holder = (await readHolders(tx, [wish.number])).get(wish.number)
    if (holder !== undefined && holder !== account) return HELD
    const { charges, decision } = await decide(tx, { number, locked, priceOf, now })
    if (decision.do === 'refuse') {
      return { kind: 'refused', code: decision.code, message: decision.message }
    }
    const { noticeDays } = locked.settings
    return await restore(tx, deps, { wish, number, charges, noticeDays })
  })
}

async function decide(
  tx: Tx,
  {
    number,
    locked,
    priceOf,
    now,
  }: { number: PhoneNumber; locked: RenewalAccount; priceOf: PriceOf; now: Date },
): Promise<{ decision: RestoreDecision; charges: readonly RenewalCharge[] }> {
  const period = isKnownZone(number.anchor.timeZone) ? restorePeriod({ ...number, now }) : null
  const price = period && priceOf(number, period.startsAt)
  const heldOf = await lockHeld(tx, [locked.id])
  const reserve = await readReserve(tx, { account: locked.id, priceOf, now })
  const decision = decideRestore({
    ...number,
    price: price?.amount ?? null,
    available: subtractMicros(subtractMicros(locked.balance, heldOf(locked.id)), reserve),
    accountClosed: locked.status === 'closed',
    now,
  })
  const charge = decision.do === 'restore' ? decision.charge : null
  const { account, number: digits } = number
  return {
    decision,
    charges: charge && price ? [{ ...price, account, number: digits, period: charge.period }] : [],
  }
}

async function restore(
  tx: Tx,
  deps: NumberDeps,
  {
    wish,
    number,
    charges,
    noticeDays,
  }: { wish: NumberWish; number: PhoneNumber; charges: readonly RenewalCharge[]; noticeDays: number },
): Promise<NumberResult> {
  const now = deps.clock.now()
  const lastChargedIndex = charges[0]?.period.index ?? number.lastChargedIndex
  const paid = { ...number, lastChargedIndex, state: 'active', stateSince: now, noticedAt: {} } as const
  const after: PhoneNumber = { ...paid, nextLookAt: firstLook(paid, { now, noticeDays }) }
  await putNumbers(tx, [after])
  const { crossed } = await postRenewals(tx, { charges, numbers: [] }, now)
  const change = {
    event: 'restore',
    state: 'active',
    reason: 'brought back by request',
    by: wish.by,
  } as const
  await addNumberChanges(tx, [{ account: wish.account, number: wish.number, ...change }], now)
  await wakeRecharges(tx, deps, crossed)
  return { kind: 'done', number: after }
}
