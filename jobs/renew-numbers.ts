import { type Micros, subtractMicros } from '../billing/money.ts'
import { lockHeld } from '../db/account-holds.ts'
import { type NumberKey, type PhoneNumber, readNumbers } from '../db/phone-numbers.ts'
import { listNumbersLookedAtIn, lockRenewalAccounts, type RenewalAccount } from '../db/renewals-due.ts'
import type { Tx } from '../db/transaction.ts'
import type { RenewalMoment } from './renew-charges.ts'
import { isShort, NO_RECHARGE, planAccount, type SortedNumbers, sortNumbers } from './renew-plan.ts'
import type { PriceOf } from './renew-prices.ts'
import { readRecharges } from './renew-recharge.ts'
import { type PlannedAccount, type RenewalDeps, type Renewed, writePlans } from './renew-write.ts'

/**
 * Decides about some numbers and writes what follows: charges, states, histories, mails, recharges. Locks their accounts
 * and what these hold in the order of their ids, so that each is decided by its credit of this moment. Running again, also at the same time,
 * charges nothing twice: a period that was charged is behind its number, and refused by its renewal.
 */
export async function renewNumbers(
  tx: Tx,
  deps: RenewalDeps,
  { keys, dueBefore, priceOf }: { keys: readonly NumberKey[]; dueBefore: Date; priceOf: PriceOf },
): Promise<Renewed> {
  const ids = [...new Set(keys.map(({ account }) => account))]
  const accounts = await lockRenewalAccounts(tx, ids)
  const heldOf = await lockHeld(tx, ids)
  const now = deps.clock.now()
  const numbers = (await readNumbers(tx, keys)).filter(({ nextLookAt }) => nextLookAt !== null)
  const numbersOf = Map.groupBy(numbers, ({ account }) => account)
  const decided = accounts.map((account) => {
    const accountClosed = account.status === 'closed'
    const moment = { now, dueBefore, priceOf, accountClosed, settings: account.settings }
    const credit = subtractMicros(account.balance, heldOf(account.id))
    return { account, credit, moment, numbers: sortNumbers(numbersOf.get(account.id) ?? [], moment) }
  })
  const nearOf = await readNear(tx, decided, { dueBefore, now })
  const planned: PlannedAccount[] = []
  for (const one of decided) {
    planned.push(await planFor(tx, deps, { ...one, near: nearOf.get(one.account.id) ?? [] }))
  }
  return await writePlans(tx, deps, planned, now)
}

interface DecidedAccount {
  readonly account: RenewalAccount
  /** What is not held. */
  readonly credit: Micros
  readonly moment: RenewalMoment
  readonly numbers: SortedNumbers
}

const DAY_MS = 86_400_000

/** The other numbers whose renewals are near, of the accounts that have one which is paid up. */
async function readNear(
  tx: Tx,
  decided: readonly DecidedAccount[],
  { dueBefore, now }: { dueBefore: Date; now: Date },
): Promise<Map<string, PhoneNumber[]>> {
  const asking = decided.filter(({ numbers }) => numbers.paidUp.length > 0)
  const [first] = asking
  if (!first) return new Map()
  const until = new Date(now.getTime() + first.moment.settings.noticeDays * DAY_MS)
  const ids = asking.map(({ account }) => account.id)
  const near = await listNumbersLookedAtIn(tx, ids, { from: dueBefore, until })
  const here = new Set(asking.flatMap(({ numbers }) => numbers.paidUp.map(({ number }) => number)))
  return Map.groupBy(
    near.filter(({ number }) => !here.has(number)),
    ({ account }) => account,
  )
}

/** Auto-recharge is only looked at where the credit falls short. */
async function planFor(
  tx: Tx,
  { stripe }: RenewalDeps,
  { account, moment, ...given }: DecidedAccount & { readonly near: readonly PhoneNumber[] },
): Promise<PlannedAccount> {
  const plan = planAccount({ ...given, recharges: NO_RECHARGE }, moment)
  if (!stripe || !isShort(plan)) return { account, plan }
  const recharges = await readRecharges(tx, { account: account.id, plan, now: moment.now })
  return { account, plan: planAccount({ ...given, recharges }, moment) }
}
