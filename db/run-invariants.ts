import { type RawBuilder, sql } from 'kysely'

/** As the others: each query finds the rows that break the rule of its name. */
export const RUN_INVARIANTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  'a kind of run has a run for every date from its first to its last': sql`
    select kind, business_date, date_before from (
      select kind, business_date, lag(business_date) over (partition by kind order by business_date) as date_before
      from runs
    ) r where business_date <> date_before + 1`,

  // A run that was done again has times of its own.
  'the runs of a kind finish in the order of their dates': sql`
    select r.kind, r.business_date, r.finished_at, later.business_date as later_date, later.started_at as later_started_at
    from runs r join runs later on later.kind = r.kind and later.business_date = r.business_date + 1
    where r.redone = 0 and (r.finished_at is null or later.started_at < r.finished_at)`,
}
