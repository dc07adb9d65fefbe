import { type RawBuilder, sql } from 'kysely'

/** As the others: each query finds the rows that break the rule of its name. */
export const HOLD_INVARIANTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  'an account holds the sum of its open holds and has as many open calls': sql`
    select coalesce(a.account_id, h.account_id) as account_id, a.held_micros, h.sum_micros, a.open_calls, h.calls
    from (select * from account_holds where held_micros <> 0 or open_calls <> 0) a
    full join (
      select account_id, sum(amount_micros) as sum_micros, count(*) filter (where item = 'phone_call') as calls
      from holds where state = 'open' group by account_id
    ) h on h.account_id = a.account_id
    where coalesce(a.held_micros, 0) <> coalesce(h.sum_micros, 0) or coalesce(a.open_calls, 0) <> coalesce(h.calls, 0)`,

  'an account has its row of what is held, and such a row an account': sql`
    select a.id, h.account_id from accounts a full join account_holds h on h.account_id = a.id
    where a.id is null or h.account_id is null`,

  'a hold that has its usage names a record that names it, and what that was charged': sql`
    select h.account_id, h.request_id, h.usage_id, h.charged_micros, u.hold_id, u.amount_micros
    from holds h left join usage_records u on u.account_id = h.account_id and u.id = h.usage_id
    where h.usage_id is not null
      and (u.hold_id is distinct from h.account_id || '.' || h.request_id
        or u.amount_micros is distinct from h.charged_micros)`,

  'an extension belongs to a hold': sql`
    select e.account_id, e.hold_request_id, e.request_id from hold_extensions e
    where not exists (select from holds h
      where h.account_id = e.account_id and h.request_id = e.hold_request_id and h.state <> 'refused')`,

  'what an account spent in the hour and the day of its last charge is the sum of its debits': sql`
    select a.id, a.spend_hour, a.hour_spent_micros, a.day_spent_micros, e.hour_micros, e.day_micros
    from accounts a cross join lateral (
      select coalesce(-sum(amount_micros) filter (where posted_at >= a.spend_hour), 0) as hour_micros,
        coalesce(-sum(amount_micros), 0) as day_micros
      from entries
      where account_id = a.id and posted_at >= date_trunc('day', a.spend_hour, 'UTC')
        and (source like 'usage/%' or source like 'renewal/%')
    ) e
    where a.spend_hour is not null
      and (a.hour_spent_micros <> e.hour_micros or a.day_spent_micros <> e.day_micros)`,
}
