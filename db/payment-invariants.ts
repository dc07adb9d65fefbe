import { type RawBuilder, sql } from 'kysely'

/** As the others: each query finds the rows that break the rule of its name. */
export const PAYMENT_INVARIANTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  'an account has at most one open top-up': sql`
    select account_id, count(*) as open_topups from topups where settled_at is null
    group by account_id having count(*) > 1`,

  'a top-up has the entry of its amount if it succeeded and none if not, unless a finding tells of it': sql`
    select t.account_id, t.id, t.status, t.payment_intent_id, t.amount_micros, e.amount_micros as entry_micros
    from topups t left join entries e
      on e.account_id = t.account_id and e.source = 'payment/' || t.payment_intent_id and e.source not like 'usage/%'
    where ((t.status = 'succeeded') <> (e.seq is not null) or e.amount_micros <> t.amount_micros)
      and not exists (select from findings f where f.subject = t.payment_intent_id)`,

  'the entry of a payment belongs to a top-up, unless a finding tells of it': sql`
    select e.account_id, e.seq, e.source from entries e
    where e.source like 'payment/%'
      and not exists (select from topups t
        where t.account_id = e.account_id and t.payment_intent_id = substr(e.source, 9))
      and not exists (select from findings f where f.subject = substr(e.source, 9))`,

  'a settled top-up has no open attempt': sql`
    select t.account_id, t.id, t.status, a.number from topups t
    join topup_attempts a on a.account_id = t.account_id and a.topup_id = t.id
    where t.settled_at is not null and a.settled_at is null`,

  'an automatic top-up that failed has one mail about it': sql`
    select t.account_id, t.id, count(m.id) as mails from topups t left join mails m
      on m.account_id = t.account_id and m.event = 'topup/' || t.id
        and m.template in ('recharge_failed', 'authentication_needed', 'recharge_switched_off')
    where t.origin = 'auto' and t.status = 'failed'
    group by t.account_id, t.id having count(m.id) <> 1`,

  // A try is a top-up; the wait counts from the newest card that was there when the next one was decided.
  'an account is not charged automatically within a day of a decline, unless a card was registered since': sql`
    with tries as (
      select a.account_id, a.topup_id, max(a.settled_at) as declined_at, min(t.created_at) as decided_at
      from topup_attempts a join topups t on t.account_id = a.account_id and t.id = a.topup_id
      where a.automatic and a.status = 'declined' group by a.account_id, a.topup_id
    )
    select b.account_id, a.topup_id as declined, a.declined_at, b.topup_id as next, b.decided_at
    from tries a join tries b on b.account_id = a.account_id and b.topup_id <> a.topup_id
      and b.decided_at >= a.declined_at and b.decided_at < a.declined_at + interval '24 hours'
    where not exists (select from cards c where c.account_id = a.account_id
      and c.added_at between a.declined_at and b.decided_at)`,

  'a card is declined automatically at most 8 times in 14 days, in all accounts together': sql`
    select * from (
      select fingerprint, settled_at, count(*) over (
        partition by fingerprint order by settled_at
        range between interval '335:59:59.999' preceding and current row) as declines
      from topup_attempts where automatic and status = 'declined'
    ) d where declines > 8`,

  'a refund is taken from its account once, and is back if it failed': sql`
    select coalesce(r.account_id, e.account_id) as account_id, coalesce(r.id, e.id) as id, r.status, r.amount_micros,
      e.taken_micros, e.restored_micros
    from refunds r full join (
      select account_id, split_part(source, '/', 2) as id,
        -sum(amount_micros) filter (where source not like '%/failed') as taken_micros,
        sum(amount_micros) filter (where source like '%/failed') as restored_micros
      from entries where source like 'refund/%' group by account_id, split_part(source, '/', 2)
    ) e on e.account_id = r.account_id and e.id = r.id
    where r.id is null or e.taken_micros is distinct from r.amount_micros
      or e.restored_micros is distinct from
        case when r.status in ('failed', 'canceled') then r.amount_micros end`,

  'what a dispute moves is known, and no more comes back than was taken': sql`
    select e.account_id, e.id, d.status, e.moved_micros, e.taken_micros from (
      select account_id, split_part(source, '/', 2) as id, sum(amount_micros) as moved_micros,
        coalesce(-sum(amount_micros) filter (where source like '%/withdrawn'), 0) as taken_micros
      from entries where source like 'dispute/%' group by account_id, split_part(source, '/', 2)
    ) e left join disputes d on d.account_id = e.account_id and d.id = e.id
    where d.id is null or e.moved_micros > 0 or e.taken_micros > d.amount_micros`,
}
