import type { Decline } from '../billing/decline.ts'
import type { DeclineClass } from '../billing/decline-codes.ts'
import type { Db } from './connect.ts'
import type { TopupKey } from './topups.ts'
import type { Tx } from './transaction.ts'

/** One try at charging a card for a top-up. */
export interface TopupAttempt {
  readonly number: number
  readonly cardId: string
  readonly fingerprint: string
}

/** Opens the next attempt of a top-up; none of its earlier ones may be open. */
export async function openAttempt(
  tx: Tx,
  attempt: { topup: TopupKey; card: { id: string; fingerprint: string }; automatic: boolean },
  now: Date,
): Promise<void> {
  const { topup, card, automatic } = attempt
  const { last } = await tx
    .selectFrom('topup_attempts')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('account_id', '=', topup.account)
    .where('topup_id', '=', topup.id)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('topup_attempts')
    .values({
      account_id: topup.account,
      topup_id: topup.id,
      number: (last ?? 0) + 1,
      card_id: card.id,
      fingerprint: card.fingerprint,
      automatic,
      created_at: now,
    })
    .execute()
}

/** The attempt that has no definite end yet; null where the top-up waits for something else. */
export async function readOpenAttempt(db: Db | Tx, topup: TopupKey): Promise<TopupAttempt | null> {
  const row = await db
    .selectFrom('topup_attempts')
    .select(['number', 'card_id', 'fingerprint'])
    .where('account_id', '=', topup.account)
    .where('topup_id', '=', topup.id)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  return row ? { number: row.number, cardId: row.card_id, fingerprint: row.fingerprint } : null
}

/** The refusals of a top-up, in order, with the card of each. */
export async function readRefusals(tx: Tx, topup: TopupKey): Promise<{ cardId: string; decline: Decline }[]> {
  const rows = await tx
    .selectFrom('topup_attempts')
    .select(['card_id', 'decline'])
    .where('account_id', '=', topup.account)
    .where('topup_id', '=', topup.id)
    .orderBy('number')
    .execute()
  return rows.flatMap(({ card_id, decline }) => (decline ? [{ cardId: card_id, decline }] : []))
}

/** The card of a top-up's last attempt, as a customer knows it. */
export async function readChargedCard(
  db: Db | Tx,
  topup: TopupKey,
): Promise<{ brand: string; last4: string } | null> {
  const row = await db
    .selectFrom('topup_attempts as t')
    .innerJoin('cards as c', (join) =>
      join.onRef('c.account_id', '=', 't.account_id').onRef('c.id', '=', 't.card_id'),
    )
    .select(['c.brand', 'c.last4'])
    .where('t.account_id', '=', topup.account)
    .where('t.topup_id', '=', topup.id)
    .orderBy('t.number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export type AttemptEnd =
  | { readonly status: 'succeeded' | 'canceled' }
  | { readonly status: 'declined'; readonly class: DeclineClass; readonly decline: Decline }

/** Ends the open attempt of a top-up, if there is one. */
export async function settleAttempt(tx: Tx, topup: TopupKey, end: AttemptEnd, now: Date): Promise<void> {
  await tx
    .updateTable('topup_attempts')
    .set({
      status: end.status,
      settled_at: now,
      ...(end.status === 'declined'
        ? { decline_class: end.class, decline: JSON.stringify(end.decline) }
        : {}),
    })
    .where('account_id', '=', topup.account)
    .where('topup_id', '=', topup.id)
    .where('settled_at', 'is', null)
    .execute()
}

/** Every attempt of a top-up, in order, with its end. */
export async function listAttempts(db: Db, topup: TopupKey) {
  return await db
    .selectFrom('topup_attempts')
    .select([
      'number',
      'card_id as cardId',
      'status',
      'decline_class as declineClass',
      'created_at as createdAt',
      'settled_at as settledAt',
    ])
    .where('account_id', '=', topup.account)
    .where('topup_id', '=', topup.id)
    .orderBy('number')
    .execute()
}
