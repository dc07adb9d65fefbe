import { type Micros, micros, negateMicros } from '../billing/money.ts'
import { type Posting, postEntry } from './post-entry.ts'
import type { Tx } from './transaction.ts'

/** A balance changed because a person decided so. The id makes it happen once. */
export interface Decision {
  readonly account: string
  readonly id: string
  readonly amount: Micros
  readonly reason: string
  readonly postedBy: string
}

/** Corrects a balance by an operator's decision, either way, with a reason and a name. */
export async function adjust(tx: Tx, adjustment: Decision, now: Date): Promise<Posting> {
  return await postDecision(tx, 'adjustment', adjustment, now)
}

/** Gives credit that nobody paid for; the amount must be above zero. */
export async function promote(tx: Tx, promotion: Decision, now: Date): Promise<Posting> {
  if (promotion.amount <= 0n) throw new RangeError('a promotion must be above zero')
  return await postDecision(tx, 'promotion', promotion, now)
}

async function postDecision(
  tx: Tx,
  item: 'adjustment' | 'promotion',
  { account, id, amount, reason, postedBy }: Decision,
  now: Date,
): Promise<Posting> {
  return await postEntry(
    tx,
    {
      account,
      item,
      contra: `expense:${item}`,
      amount,
      source: `${item}/${id}`,
      occurredAt: now,
      note: { reason, postedBy },
    },
    now,
  )
}

/**
 * Takes an entry back by another one with the same item and contra and the opposite amount, once: a second reversal
 * is `already_posted`. A reversal itself cannot be reversed: post an adjustment.
 */
export async function reverseEntry(
  tx: Tx,
  reversal: { account: string; seq: bigint; reason: string; postedBy: string },
  now: Date,
): Promise<Posting | { readonly outcome: 'unknown_entry' | 'is_a_reversal' }> {
  const entry = await tx
    .selectFrom('entries')
    .select(['item', 'contra', 'amount_micros', 'source'])
    .where('account_id', '=', reversal.account)
    .where('seq', '=', reversal.seq)
    .executeTakeFirst()
  if (!entry) return { outcome: 'unknown_entry' }
  if (entry.source.startsWith('reversal/')) return { outcome: 'is_a_reversal' }
  return await postEntry(
    tx,
    {
      account: reversal.account,
      item: entry.item,
      contra: entry.contra,
      amount: negateMicros(micros(entry.amount_micros)),
      source: `reversal/${reversal.seq}`,
      occurredAt: now,
      note: { reason: reversal.reason, postedBy: reversal.postedBy },
    },
    now,
  )
}
