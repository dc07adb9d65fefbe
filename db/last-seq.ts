import { type RawBuilder, sql } from 'kysely'

/**
 * SQL for the number of an account's last entry that was posted before an instant, or at it where `inclusive`; 0 when
 * none was, null for an unknown account. Within an account seq has no gap and `posted_at` never goes back, so a binary
 * search answers it with as many look-ups by primary key as the number of entries has binary digits.
 */
export function lastSeqPosted(
  account: string,
  before: Date | RawBuilder<unknown>,
  { inclusive }: { inclusive: boolean },
): RawBuilder<bigint> {
  const precedes = sql.raw(inclusive ? '<=' : '<')
  // Entries up to `low` precede the instant, entries after `high` do not.
  return sql<bigint>`(
    with recursive search (low, high) as (
      select 0::bigint, entry_seq from accounts where id = ${account}
      union all
      select case when precedes then middle else low end, case when precedes then high else middle - 1 end
      from search
        cross join lateral (select (low + high + 1) / 2 as middle) as halves
        cross join lateral (
          select posted_at ${precedes} ${before}::timestamptz as precedes
          from entries where account_id = ${account} and seq = middle offset 0
        ) as probe
      where low < high
    )
    select low from search where low = high
  )`
}
