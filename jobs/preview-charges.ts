import { sumMicros } from '../billing/money.ts'
import { accountStatuses } from '../db/accounts.ts'
import { compareUsage } from '../db/compare-usage.ts'
import { inTransaction } from '../db/transaction.ts'
import { rateRecords } from './rate-records.ts'
import type { ChargeDeps, ChargeResult } from './rerate-waiting.ts'

/** What charging these records would come to; stores nothing. Records that conflict with one another are not seen. */
export async function previewCharges(
  { db, clock, rateBook }: ChargeDeps,
  raws: readonly unknown[],
): Promise<ChargeResult> {
  const { rated, refused } = await rateRecords(raws, rateBook, clock.now())
  const stored = await inTransaction(db, (tx) => compareUsage(tx, rated))
  const conflicts = rated.filter((_, position) => stored.get(position) === 'different')
  const fresh = rated.filter((_, position) => !stored.has(position))
  const statuses = await accountStatuses(db, [...new Set(fresh.map(({ record }) => record.account))])
  const isOpen = (account: string) => statuses.has(account) && statuses.get(account) !== 'closed'
  const chargeable = fresh.filter(({ record }) => isOpen(record.account))
  const homeless = fresh.filter(({ record }) => !isOpen(record.account))
  const free = chargeable.filter(({ charge }) => charge.amount === 0n).length
  return {
    charged: chargeable.length - free,
    free,
    duplicates: stored.size - conflicts.length,
    amount: sumMicros(chargeable.map(({ charge }) => charge.amount)),
    refused: [
      ...refused,
      ...conflicts.map(({ index }) => ({ index, code: 'conflict', message: '' })),
      ...homeless.map(({ index, record }) => {
        return {
          index,
          code: statuses.has(record.account) ? 'account_closed' : 'unknown_account',
          message: '',
        }
      }),
    ],
  }
}
