import { type RawBuilder, sql } from 'kysely'

/** As the others: each query finds the rows that break the rule of its name. */
export const SERVICE_INVARIANTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  'an account has a service state, and a service state an account': sql`
    select a.id, s.account_id from accounts a full join service_states s on s.account_id = a.id
    where a.id is null or s.account_id is null`,

  'the events of an account are numbered without a gap, each goes on where the one before ended, and the state is the last one': sql`
    select * from (
      select account_id, seq, state, previous, row_number() over w as expected_seq,
        lag(state) over w as state_before
      from service_events window w as (partition by account_id order by seq)
    ) e
    full join service_states s on s.account_id = e.account_id and s.seq = e.seq
    where (e.seq is null and s.seq <> 0) or (s.seq is not null and e.state <> s.state)
      or e.seq <> e.expected_seq or e.previous <> e.state_before`,

  'the stream has every position once': sql`
    select count(*) as events, max(e.position) as last, min(s.position) as counted
    from service_events e right join service_stream s on true
    having count(e.position) <> min(s.position) or coalesce(max(e.position), 0) <> min(s.position)`,

  'an account without credit or not active is stopped, or is to be looked at': sql`
    select a.id, a.status, a.balance_micros, h.held_micros, s.state from accounts a
    join account_holds h on h.account_id = a.id
    join service_states s on s.account_id = a.id
    where s.state <> 'stopped' and s.look_at is null
      and (a.status <> 'active' or a.balance_micros - h.held_micros <= 0)`,

  'an endpoint of webhooks is told of every event, or is going to be': sql`
    select d.account_id, d.endpoint_id, d.delivered_seq from webhook_deliveries d
    join webhook_endpoints w on w.id = d.endpoint_id
    where d.next_try_at is null and exists (
      select from service_events e where e.account_id = d.account_id and e.seq > d.delivered_seq
        and e.state::text = any(w.events))`,
}
