import { addMicros, type Micros, micros } from '../billing/money.ts'
import { wakeRenewals } from './renewals-owed.ts'
import type { Contra, EntryItem } from './schema.ts'
import { wakeServiceStates } from './service-wakes.ts'
import type { Tx } from './transaction.ts'

/** One movement of money that is not usage. */
export interface NewEntry {
  readonly account: string
  readonly item: EntryItem
  readonly contra: Contra
  /** Signed from the customer's side; never zero. */
  readonly amount: Micros
  /** Says what it stands for, once: `adjustment/<id>`, `reversal/<seq>`, … */
  readonly source: string
  readonly occurredAt: Date
  /** Why and by whom, where a person decided. */
  readonly note: { readonly reason: string; readonly postedBy: string } | null
}

export type Posting =
  | { readonly outcome: 'posted' | 'already_posted'; readonly seq: bigint; readonly balanceAfter: Micros }
  | { readonly outcome: 'conflict'; readonly seq: bigint }
  | { readonly outcome: 'unknown_account' }

/**
 * Posts one entry under its source, locking its account. The same source with the same content is `already_posted`
 * and changes nothing; with other content it is a `conflict`: it is quarantined, and the caller must raise an alert.
 */
export async function postEntry(tx: Tx, entry: NewEntry, now: Date): Promise<Posting> {
  const account = await tx
    .selectFrom('accounts')
    .select(['balance_micros', 'entry_seq', 'last_posted_at'])
    .where('id', '=', entry.account)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!account) return { outcome: 'unknown_account' }
  const earlier = await findBySource(tx, entry)
  if (earlier && isSameMovement(earlier, entry)) {
    return { outcome: 'already_posted', seq: earlier.seq, balanceAfter: micros(earlier.balance_after_micros) }
  }
  if (earlier) {
    await quarantine(tx, entry, now)
    return { outcome: 'conflict', seq: earlier.seq }
  }
  const seq = account.entry_seq + 1n
  const balanceAfter = addMicros(micros(account.balance_micros), entry.amount)
  const postedAt = account.last_posted_at && account.last_posted_at > now ? account.last_posted_at : now
  await tx
    .insertInto('entries')
    .values({
      account_id: entry.account,
      seq,
      item: entry.item,
      contra: entry.contra,
      amount_micros: entry.amount,
      balance_after_micros: balanceAfter,
      source: entry.source,
      occurred_at: entry.occurredAt,
      posted_at: postedAt,
    })
    .execute()
  if (entry.note) {
    const { reason, postedBy } = entry.note
    await tx
      .insertInto('entry_notes')
      .values({ account_id: entry.account, seq, reason, posted_by: postedBy })
      .execute()
  }
  await tx
    .updateTable('accounts')
    .set({ balance_micros: balanceAfter, entry_seq: seq, last_posted_at: postedAt })
    .where('id', '=', entry.account)
    .execute()
  if (entry.amount < 0n) await wakeRecharge(tx, entry.account, now)
  else await wakeRenewals(tx, entry.account, now)
  await wakeServiceStates(tx, [entry.account], now)
  return { outcome: 'posted', seq, balanceAfter }
}

/** What is taken away by other means than usage may call for a recharge too. */
async function wakeRecharge(tx: Tx, account: string, now: Date): Promise<void> {
  await tx.updateTable('auto_recharges').set({ wake_at: now }).where('account_id', '=', account).execute()
}

async function findBySource(tx: Tx, entry: NewEntry) {
  return await tx
    .selectFrom('entries')
    .select(['seq', 'item', 'contra', 'amount_micros', 'balance_after_micros'])
    .where('account_id', '=', entry.account)
    .where('source', '=', entry.source)
    // Names the predicate of the unique index, which only then serves the look-up.
    .where('source', 'not like', 'usage/%')
    .executeTakeFirst()
}

type EarlierEntry = NonNullable<Awaited<ReturnType<typeof findBySource>>>

function isSameMovement(earlier: EarlierEntry, entry: NewEntry): boolean {
  return (
    earlier.item === entry.item && earlier.contra === entry.contra && earlier.amount_micros === entry.amount
  )
}

async function quarantine(tx: Tx, entry: NewEntry, now: Date): Promise<void> {
  await tx
    .insertInto('quarantined_entries')
    .values({
      account_id: entry.account,
      source: entry.source,
      item: entry.item,
      contra: entry.contra,
      amount_micros: entry.amount,
      occurred_at: entry.occurredAt,
      quarantined_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
