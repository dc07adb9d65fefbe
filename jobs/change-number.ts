import { changeNumber, type NumberEvent } from '../billing/number-lifecycle.ts'
import { isDue } from '../billing/renewal-period.ts'
import { addNumberChanges, type NumberChange } from '../db/number-changes.ts'
import { type PhoneNumber, readNumbers } from '../db/phone-numbers.ts'
import { postRenewals } from '../db/renewals.ts'
import { lockRenewalAccounts, type RenewalAccount } from '../db/renewals-due.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import {
  NO_ACCOUNT,
  NO_NUMBER,
  type NumberDeps,
  type NumberResult,
  type NumberWish,
} from './number-result.ts'
import { type PaidNumber, payDue } from './renew-charges.ts'
import { type PriceOf, renewalPrices } from './renew-prices.ts'
import { firstLook } from './renew-steps.ts'
import { wakeRecharges } from './wake-recharges.ts'

/** Gives a number back: for 10 days it can be restored. Refused while a renewal that has begun is not paid. */
export async function releaseNumber(deps: NumberDeps, wish: NumberWish): Promise<NumberResult> {
  return await leave(deps, wish, 'release')
}

/** A number goes to another carrier, whatever is owed for it. */
export async function portOutNumber(deps: NumberDeps, wish: NumberWish): Promise<NumberResult> {
  return await leave(deps, wish, 'port_out')
}

async function leave(
  deps: NumberDeps,
  wish: NumberWish,
  event: 'release' | 'port_out',
): Promise<NumberResult> {
  const priceOf = await renewalPrices(deps.rateBook, [wish.account])
  return await inTransaction(deps.db, async (tx) => {
    const [account] = await lockRenewalAccounts(tx, [wish.account])
    if (!account) return NO_ACCOUNT
    const now = deps.clock.now()
    return await settleAndChange(tx, deps, { wish, account, event, priceOf, now }, (number, state) => ({
      ...number,
      state,
      stateSince: now,
      nextLookAt: null,
    }))
  })
}

interface WantedChange {
  readonly wish: NumberWish
  readonly account: RenewalAccount
  readonly event: Exclude<NumberEvent, 'purchase' | 'restore'>
  readonly priceOf: PriceOf
  readonly now: Date
}

/**
 * Charges the renewals of a number that have begun, as far as the credit goes, then changes its state if that may be. What
 * was charged stays charged when the change is refused. The account must be locked.
 */
export async function settleAndChange(
  tx: Tx,
  deps: NumberDeps,
  { wish, account, event, priceOf, now }: WantedChange,
  changed: (number: PhoneNumber, state: PhoneNumber['state']) => PhoneNumber,
): Promise<NumberResult> {
  const [number] = await readNumbers(tx, [wish])
  if (!number) return NO_NUMBER
  const accountClosed = account.status === 'closed'
  const moment = { now, dueBefore: now, accountClosed, settings: account.settings, priceOf }
  const paid = payDue(number, { available: account.balance, recharge: 'unavailable' }, moment)
  const renewalDue = isOwed(paid, now) && !accountClosed
  const change = changeNumber(event, { state: paid.number.state, renewalDue })
  const settled = { ...paid.number, nextLookAt: lookAfter(number, paid, moment) }
  const after = change.do === 'change' ? changed(settled, change.to) : settled
  const last: NumberChange[] =
    change.do === 'change'
      ? [{ event, state: after.state, reason: REASONS[event] ?? event, by: wish.by }]
      : []
  const { crossed } = await postRenewals(tx, { charges: paid.charges, numbers: [after] }, now)
  const key = { account: wish.account, number: wish.number }
  await addNumberChanges(
    tx,
    [...paid.changes, ...last].map((one) => ({ ...key, ...one })),
    now,
  )
  await wakeRecharges(tx, deps, crossed)
  return change.do === 'change'
    ? { kind: 'done', number: after }
    : { kind: 'refused', code: change.code, message: change.message }
}

const REASONS: Readonly<Partial<Record<NumberEvent, string>>> = {
  release: 'given back by request',
  port_out: 'moved to another carrier by request',
  reassign: 'moved to another account by request',
}

function isOwed({ number, next }: PaidNumber, now: Date): boolean {
  return next !== null && isDue({ state: number.state, now, dueBefore: now }, next)
}

function lookAfter(
  before: PhoneNumber,
  { number, charges }: PaidNumber,
  { now, settings }: { now: Date; settings: { noticeDays: number } },
): Date | null {
  if (charges.length === 0 || number.state !== 'active') return before.nextLookAt
  return firstLook(number, { now, noticeDays: settings.noticeDays })
}
