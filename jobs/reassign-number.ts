import { addNumberChanges } from '../db/number-changes.ts'
import { lockNumbers, putNumbers } from '../db/phone-numbers.ts'
import { lockRenewalAccounts } from '../db/renewals-due.ts'
import { inTransaction } from '../db/transaction.ts'
import { settleAndChange } from './change-number.ts'
import { NO_ACCOUNT, type NumberDeps, type NumberResult, type NumberWish } from './number-result.ts'
import { renewalPrices } from './renew-prices.ts'
import { firstLook } from './renew-steps.ts'

/**
 * Moves a number to another account, with its anchor and the month that is paid. The account that had it keeps its history
 * only, as one that was ported out.
 */
export async function reassignNumber(
  deps: NumberDeps,
  wish: NumberWish & { readonly to: string },
): Promise<NumberResult> {
  const { account, number, to, by } = wish
  if (to === account) return SAME_ACCOUNT
  const priceOf = await renewalPrices(deps.rateBook, [account])
  return await inTransaction(deps.db, async (tx) => {
    const locked = await lockRenewalAccounts(tx, [account, to])
    const from = locked.find(({ id }) => id === account)
    const receiver = locked.find(({ id }) => id === to)
    if (!from || !receiver) return NO_ACCOUNT
    if (receiver.status === 'closed') return CLOSED
    const now = deps.clock.now()
    await lockNumbers(tx, [number])
    const wanted = { wish, account: from, event: 'reassign', priceOf, now } as const
    const left = await settleAndChange(tx, deps, wanted, (one) => ({
      ...one,
      state: 'ported_out',
      stateSince: now,
      nextLookAt: null,
    }))
    if (left.kind === 'refused') return left
    const paid = { ...left.number, account: to, state: 'active', stateSince: now, noticedAt: {} } as const
    const { noticeDays } = receiver.settings
    const moved = { ...paid, nextLookAt: firstLook(paid, { now, noticeDays }) }
    await putNumbers(tx, [moved])
    const change = {
      event: 'reassign',
      state: 'active',
      reason: `moved from account ${account}`,
      by,
    } as const
    await addNumberChanges(tx, [{ account: to, number, ...change }], now)
    return { kind: 'done', number: moved }
  })
}

const SAME_ACCOUNT = {
  kind: 'refused',
  code: 'same_account',
  message: 'the number is to go to the account that has it',
} as const

const CLOSED = {
  kind: 'refused',
  code: 'account_closed',
  message: 'the account that is to have the number is closed',
} as const
