import { sql } from 'kysely'
import type { Tx } from './transaction.ts'

/** How far the entries of an account were read, and whether they hold. */
export interface ProvedAccount {
  readonly account: string
  /** Entries up to here had been proved before. */
  readonly fromSeq: bigint
  /** Entries up to here hold, and this is the balance after them. */
  readonly goodSeq: bigint
  readonly goodBalance: bigint
  /** As the account has it. */
  readonly entrySeq: bigint
  readonly balance: bigint
  /** The first rule that does not hold, and the entry that shows it; null while all do. */
  readonly rule: string | null
  readonly brokenSeq: bigint | null
}

/**
 * Reads the entries of some accounts from each one's checkpoint on, at most `entriesMax` of each, and proves: they are
 * numbered without a gap, carry the running balance, never go back in time, have the contra of their item, and those of
 * usage and renewals the amount of their record; and once the last is read, the account's balance and counter are theirs.
 */
export async function proveEntries(
  tx: Tx,
  { accounts, entriesMax }: { accounts: readonly string[]; entriesMax: number },
): Promise<ProvedAccount[]> {
  // One statement, so that an account and its entries are of one moment. Records are looked up by key, whatever the
  // planner thinks: a join would read all usage there ever was.
  const { rows } = await sql<ProvedAccount>`
    with asked as (
      select a.id, a.balance_micros, a.entry_seq, coalesce(c.seq, 0) as from_seq,
        coalesce(c.balance_micros, 0) as from_balance
      from accounts a left join ledger_checkpoints c on c.account_id = a.id
      where a.id = any(${accounts}::text[])
    ), read as (
      select a.id as account_id, e.*
      from asked a cross join lateral (
        select e.seq, e.amount_micros, e.balance_after_micros, e.posted_at, e.item, e.contra,
          e.source, e.source like 'usage/%' as is_usage, e.source like 'renewal/%' as is_renewal,
          a.from_seq + row_number() over w as expected_seq,
          a.from_balance + sum(e.amount_micros) over w as expected_balance,
          coalesce(lag(e.posted_at) over w,
            (select posted_at from entries where account_id = a.id and seq = a.from_seq)) as posted_before
        from (
          select * from entries where account_id = a.id and seq > a.from_seq order by seq limit ${entriesMax}
        ) e window w as (order by e.seq)
      ) e
    ), judged as (
      select r.account_id, r.seq, r.expected_seq, r.expected_balance, ${RULE_BROKEN} as rule
      from read r
        left join lateral (
          select * from usage_records
          where r.is_usage and account_id = r.account_id and id = substr(r.source, 7) offset 0
        ) u on true
        left join lateral (
          select * from renewals
          where r.is_renewal and account_id = r.account_id and number = split_part(r.source, '/', 2)
            and period = split_part(r.source, '/', 3) offset 0
        ) n on true
    ), broken as (
      select distinct on (account_id) account_id, seq, rule, expected_seq from judged
      where rule is not null order by account_id, seq
    ), good as (
      select distinct on (j.account_id) j.account_id, j.expected_seq as seq, j.expected_balance as balance
      from judged j left join broken b on b.account_id = j.account_id
      where b.seq is null or j.seq < b.seq order by j.account_id, j.seq desc
    )
    select a.id as account, a.from_seq as "fromSeq", a.entry_seq as "entrySeq", a.balance_micros as balance,
      coalesce(g.seq, a.from_seq)::bigint as "goodSeq", coalesce(g.balance, a.from_balance)::bigint as "goodBalance",
      b.seq as "brokenSeq",
      coalesce(b.rule, case
        when coalesce(g.seq, a.from_seq) - a.from_seq = ${entriesMax} and coalesce(g.seq, 0) <> a.entry_seq then null
        when coalesce(g.seq, a.from_seq) <> a.entry_seq then 'the counter of an account is the number of its entries'
        when coalesce(g.balance, a.from_balance) <> a.balance_micros then 'a stored balance is the sum of its entries'
      end) as rule
    from asked a left join broken b on b.account_id = a.id left join good g on g.account_id = a.id
    order by a.id`.execute(tx)
  return rows
}

const RULE_BROKEN = sql`case
  when r.seq <> r.expected_seq then 'entries are numbered without a gap'
  when r.balance_after_micros <> r.expected_balance then 'an entry carries the running balance'
  when r.posted_at < r.posted_before then 'entries never go back in time'
  when r.contra::text <> case
    when r.item in ('funds_added', 'refund', 'dispute') then 'clearing:stripe'
    when r.item in ('promotion', 'adjustment') then 'expense:' || r.item
    else 'revenue:' || r.item end then 'an entry has the contra of its item'
  when r.is_usage and (u.id is null or u.amount_micros <> -r.amount_micros or u.item::text <> r.item::text)
    then 'an entry of usage has the amount and item of its record'
  when r.is_renewal and n.amount_micros is distinct from -r.amount_micros then 'an entry of a renewal has its amount'
end`
