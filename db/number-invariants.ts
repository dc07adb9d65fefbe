import { type RawBuilder, sql } from 'kysely'

/** As the others: each query finds the rows that break the rule of its name. */
export const NUMBER_INVARIANTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  'a renewal that costs something has one entry of its amount, and the entry of a renewal its renewal': sql`
    select coalesce(r.account_id, e.account_id) as account_id, r.number, r.period, r.amount_micros, e.seq,
      e.amount_micros as entry_micros
    from (select * from renewals where amount_micros > 0) r
    full join (select * from entries where source like 'renewal/%') e
      on e.account_id = r.account_id and e.source = 'renewal/' || r.number || '/' || r.period
    where r.number is null or e.seq is null or e.amount_micros <> -r.amount_micros or e.occurred_at <> r.starts_at`,

  'a number is in the state that its history ends in': sql`
    select n.account_id, n.number, n.state, c.state as last_state from phone_numbers n
    left join lateral (
      select state from number_changes c where c.account_id = n.account_id and c.number = n.number
      order by seq desc limit 1
    ) c on true
    where c.state is distinct from n.state`,

  'a number that was never away has a renewal for each month that is charged': sql`
    select n.account_id, n.number, n.last_charged_index, count(r.period) as renewals
    from phone_numbers n left join renewals r
      on r.account_id = n.account_id and r.number = n.number and r.starts_at > n.anchor_at
    where n.state in ('active', 'grace') and not exists (select from number_changes c
      where c.account_id = n.account_id and c.number = n.number
        and c.event in ('suspend', 'release', 'port_out', 'reassign'))
    group by n.account_id, n.number having count(r.period) <> n.last_charged_index`,

  // What was reported late belongs to the next run.
  'an active number that a finished run should have renewed was renewed, or waits for something that is known': sql`
    select n.account_id, n.number, n.next_look_at, r.business_date
    from phone_numbers n
    join (select * from runs where kind = 'renewals' and finished_at is not null
      order by business_date desc limit 1) r on n.next_look_at < ((r.business_date + 1)::timestamp at time zone 'UTC')
    where n.state = 'active'
      and (select max(changed_at) from number_changes c
        where c.account_id = n.account_id and c.number = n.number) < r.started_at
      and not exists (select from topups t where t.account_id = n.account_id and t.settled_at is null)
      and not exists (select from auto_recharges a
        where a.account_id = n.account_id and (a.renew_at is not null or a.wake_at is not null))
      and not exists (select from findings f
        where f.account_id = n.account_id and f.kind = 'renewal_refused')`,
}
