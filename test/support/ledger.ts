import { parseUsd } from '../../billing/money.ts'
import type { Db } from '../../db/connect.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { setup } from './setup.ts'
import { importFlatCard, openAccounts } from './usage.ts'

/** Two accounts with a flat rate card, and a way to charge them without the queue. */
export async function setupLedger() {
  const base = await setup()
  const { db, clock } = base
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  await importFlatCard(db, clock)
  let ids = 0
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`
  const deps = { db, clock, newId, rateBook: createRateBook(db) }
  return { ...base, charge: (raws: unknown[]) => chargeRecords(deps, raws) }
}

/** An account's entries, oldest first. */
export async function entriesOf(db: Db, account = 'acct_a') {
  return await db
    .selectFrom('entries')
    .select(['seq', 'item', 'contra', 'amount_micros', 'balance_after_micros', 'source', 'posted_at'])
    .where('account_id', '=', account)
    .orderBy('seq')
    .execute()
}

/** An account's stored balance in micros. */
export async function balanceOf(db: Db, account = 'acct_a'): Promise<bigint> {
  const row = await db
    .selectFrom('accounts')
    .select('balance_micros')
    .where('id', '=', account)
    .executeTakeFirstOrThrow()
  return row.balance_micros
}

/** An adjustment of 25 USD unless told otherwise. */
export const adjustment = (fields: { id?: string; amount?: string; account?: string } = {}) => ({
  account: fields.account ?? 'acct_a',
  id: fields.id ?? 'a1',
  amount: parseUsd(fields.amount ?? '25'),
  reason: 'goodwill',
  postedBy: 'kim',
})
