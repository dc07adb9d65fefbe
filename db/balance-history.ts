import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'
import type { TopupOrigin } from './payment-schema.ts'

export interface BalancePoint {
  readonly at: Date
  readonly balance: Micros
}

/**
 * The balance of an account after everything posted until each of some instants, which are in their order: a few look-ups
 * by primary key each, however many entries there are.
 */
export async function readBalances(
  db: Db,
  account: string,
  instants: readonly Date[],
): Promise<BalancePoint[]> {
  const { rows } = await sql<{ at: Date; balance: bigint }>`
    select at, coalesce((
      select balance_after_micros from entries
      where account_id = ${account} and seq = ${lastSeqPosted(account, sql`at`, { inclusive: true })}
    ), 0) as balance
    from unnest(${arrayLiteral(instants.map((at) => at.toISOString()))}::timestamptz[]) as instants (at)
    order by at`.execute(db)
  return rows.map(({ at, balance }) => ({ at, balance: micros(balance) }))
}

/** Credit that came in by card. */
export interface CardCredit {
  readonly seq: bigint
  readonly at: Date
  readonly amount: Micros
  /** Null where no top-up of ours stands behind the payment. */
  readonly origin: TopupOrigin | null
  readonly topup: string | null
}

/** The newest credits by card that were posted from `from` to `to`, both inclusive, in the order of their time. */
export async function readCardCredits(
  db: Db,
  { account, from, to, limit }: { account: string; from: Date; to: Date; limit: number },
): Promise<CardCredit[]> {
  // OFFSET 0 keeps the look-up on the index of sources that are no usage.
  const { rows } = await sql<Omit<CardCredit, 'amount'> & { amount: bigint }>`
    select e.seq, e.posted_at as at, e.amount_micros as amount, t.origin, t.id as topup
    from (
      select * from (
        select * from entries
        where account_id = ${account} and source like 'payment/%' and source not like 'usage/%'
          and posted_at >= ${from} and posted_at <= ${to}
        offset 0
      ) as credits order by seq desc limit ${limit}
    ) as e
    left join topups t on t.account_id = e.account_id and t.payment_intent_id = substr(e.source, 9)
    order by e.seq`.execute(db)
  return rows.map((row) => ({ ...row, amount: micros(row.amount) }))
}
