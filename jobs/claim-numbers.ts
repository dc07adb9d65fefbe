import { compareUsage } from '../db/compare-usage.ts'
import { addNumberChanges } from '../db/number-changes.ts'
import { lockNumbers, type PhoneNumber, putNumbers, readHolders } from '../db/phone-numbers.ts'
import { lockRenewalAccounts, type RenewalAccount } from '../db/renewals-due.ts'
import type { Tx } from '../db/transaction.ts'
import { HELD } from './number-result.ts'
import type { IndexedUsage, RefusedUsage } from './rate-records.ts'
import { refuse } from './refusals.ts'
import { firstLook } from './renew-steps.ts'

/** By whom the history of a number says that it was bought by a usage record. */
const BY_USAGE = 'usage'

/**
 * Makes the numbers that a group of usage buys their accounts', in the transaction that charges the group. Returns the
 * group without the purchases of numbers that are rented already, and those. A purchase that is stored already, or whose
 * account is missing, is left to the posting.
 */
export async function claimNumbers(
  tx: Tx,
  rated: readonly IndexedUsage[],
  now: Date,
): Promise<{ readonly rated: readonly IndexedUsage[]; readonly refused: readonly RefusedUsage[] }> {
  const purchases = rated.filter(({ record }) => record.item === 'phone_number')
  if (purchases.length === 0) return { rated, refused: [] }
  // All of the group's, in the order in which the posting locks them.
  const accounts = await lockRenewalAccounts(tx, [...new Set(rated.map(({ record }) => record.account))])
  const open = new Map(accounts.filter(({ status }) => status !== 'closed').map((one) => [one.id, one]))
  const stored = await compareUsage(tx, purchases)
  const fresh = purchases.filter(({ record }, position) => open.has(record.account) && !stored.has(position))
  const refused = await claimFresh(tx, { fresh, accounts: open }, now)
  const left = new Set(refused)
  return {
    rated: rated.filter((usage) => !left.has(usage)),
    refused: refused.map((usage) => refuse(usage, HELD.code, HELD.message)),
  }
}

/** Returns the purchases that come too late. */
async function claimFresh(
  tx: Tx,
  { fresh, accounts }: { fresh: readonly IndexedUsage[]; accounts: ReadonlyMap<string, RenewalAccount> },
  now: Date,
): Promise<IndexedUsage[]> {
  const numbers = fresh.map(({ record }) => record.to)
  await lockNumbers(tx, numbers)
  const holders = await readHolders(tx, numbers)
  const claimed = new Map<string, IndexedUsage>()
  const late = fresh.filter((usage) => {
    const earlier = claimed.get(usage.record.to)
    if (earlier) return !isSameRecord(earlier, usage)
    if (holders.has(usage.record.to)) return true
    claimed.set(usage.record.to, usage)
    return false
  })
  const bought = [...claimed.values()].flatMap(({ record }) => {
    const account = accounts.get(record.account)
    return account ? [{ record, number: boughtNumber(record, account, now) }] : []
  })
  await putNumbers(
    tx,
    bought.map(({ number }) => number),
  )
  const changes = bought.map(({ record, number }) => ({
    account: number.account,
    number: number.number,
    event: 'purchase' as const,
    state: number.state,
    reason: `usage record ${record.id}`,
    by: BY_USAGE,
  }))
  await addNumberChanges(tx, changes, now)
  return late
}

function isSameRecord({ record: a }: IndexedUsage, { record: b }: IndexedUsage): boolean {
  return a.account === b.account && a.id === b.id
}

/** A number as its purchase leaves it: its first month is paid, and its months begin as the purchase did. */
export function boughtNumber(
  { to, occurredAtMs }: { readonly to: string; readonly occurredAtMs: number },
  { id, timeZone, settings }: RenewalAccount,
  now: Date,
): PhoneNumber {
  const at = new Date(occurredAtMs)
  const paid = { anchor: { at, timeZone }, lastChargedIndex: 0 }
  const nextLookAt = firstLook(paid, { now, noticeDays: settings.noticeDays })
  return { ...paid, account: id, number: to, state: 'active', stateSince: at, nextLookAt, noticedAt: {} }
}
