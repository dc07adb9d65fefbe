import { type RawBuilder, sql } from 'kysely'
import type { Db } from './connect.ts'
import { HOLD_INVARIANTS } from './hold-invariants.ts'
import { NUMBER_INVARIANTS } from './number-invariants.ts'
import { PAYMENT_INVARIANTS } from './payment-invariants.ts'
import { RUN_INVARIANTS } from './run-invariants.ts'
import { SERVICE_INVARIANTS } from './service-invariants.ts'

/** A rule of the ledger that does not hold, with what shows it. */
export interface Finding {
  readonly invariant: string
  /** One broken row. */
  readonly evidence: Readonly<Record<string, unknown>>
}

const EVIDENCE_MAX = 20

/**
 * Proves the whole ledger; an empty answer means that every rule holds. `onChecked` hears of each rule when it is checked.
 * Reads all of it: for tests and full passes.
 */
export async function checkInvariants(
  db: Db,
  onChecked: (invariant: string, findings: readonly Finding[]) => void = () => undefined,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [invariant, query] of Object.entries(INVARIANTS)) {
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from (${query}) as broken limit ${EVIDENCE_MAX}`.execute(db)
    const found = rows.map((evidence) => ({ invariant, evidence }))
    onChecked(invariant, found)
    findings.push(...found)
  }
  return findings
}

/** Each query finds the rows that break the rule of its name. */
const INVARIANTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  'the trial balance over all ledger accounts is zero': sql`
    select sum(balance_micros) as total_micros from trial_balance having sum(balance_micros) <> 0`,

  'a stored balance is the sum of its entries and its counter is their number': sql`
    select a.id, a.balance_micros, a.entry_seq, e.sum_micros, e.entries
    from accounts a left join (
      select account_id, sum(amount_micros) as sum_micros, count(*) as entries from entries group by account_id
    ) e on e.account_id = a.id
    where a.balance_micros <> coalesce(e.sum_micros, 0) or a.entry_seq <> coalesce(e.entries, 0)`,

  'entries belong to an account': sql`
    select e.account_id, e.seq from entries e where not exists (select from accounts a where a.id = e.account_id)`,

  'entries are numbered without a gap, carry the running balance and never go back in time': sql`
    select * from (
      select account_id, seq, balance_after_micros, posted_at,
        row_number() over w as expected_seq,
        sum(amount_micros) over w as expected_balance_micros,
        lag(posted_at) over w as posted_before
      from entries window w as (partition by account_id order by seq)
    ) e
    where seq <> expected_seq or balance_after_micros <> expected_balance_micros or posted_at < posted_before`,

  'usage that costs something has one entry of its amount and item, usage that is free has none': sql`
    select u.account_id, u.id, u.amount_micros, e.amount_micros as entry_micros, e.item
    from usage_records u
    full join (
      select account_id, substr(source, 7) as usage_id, sum(amount_micros) as amount_micros,
        min(item::text) as item, min(contra::text) as contra, count(*) as entries
      from entries where source like 'usage/%' group by account_id, substr(source, 7)
    ) e on e.account_id = u.account_id and e.usage_id = u.id
    where u.id is null or coalesce(e.entries, 0) <> least(u.amount_micros, 1) or coalesce(-e.amount_micros, 0) <> u.amount_micros
      or e.item <> u.item::text or e.contra <> 'revenue:' || u.item`,

  'what is not usage has one entry for each source': sql`
    select account_id, source, count(*) as entries from entries where source not like 'usage/%'
    group by account_id, source having count(*) > 1`,

  'an entry has the contra of its item': sql`
    select account_id, seq, item, contra from entries
    where contra::text <> case
      when item in ('funds_added', 'refund', 'dispute') then 'clearing:stripe'
      when item in ('promotion', 'adjustment') then 'expense:' || item
      else 'revenue:' || item end`,

  'a reversal takes back exactly what it names': sql`
    select r.account_id, r.seq, r.source, r.amount_micros, o.amount_micros as original_micros
    from entries r left join entries o on o.account_id = r.account_id and o.seq = substr(r.source, 10)::bigint
    where r.source like 'reversal/%'
      and (o.seq is null or o.amount_micros <> -r.amount_micros or o.item <> r.item or o.contra <> r.contra)`,

  'a priced usage record names a rate that exists': sql`
    select u.account_id, u.id, u.rate_version_id, u.rate_row from usage_records u
    where u.rate_row is not null
      and not exists (select from rates r where r.version_id = u.rate_version_id and r.row = u.rate_row)`,

  'an account below its recharge threshold has a recharge job behind it': sql`
    select a.id, a.balance_micros, a.recharge_threshold_micros from accounts a
    where a.balance_micros < a.recharge_threshold_micros
      and exists (select from entries e where e.account_id = a.id
        and e.balance_after_micros - e.amount_micros >= a.recharge_threshold_micros
        and e.balance_after_micros < a.recharge_threshold_micros and e.source like 'usage/%')
      and not exists (select from outbox o where o.account_id = a.id and o.job = 'recharge-account')`,

  ...PAYMENT_INVARIANTS,

  ...NUMBER_INVARIANTS,

  ...RUN_INVARIANTS,

  ...HOLD_INVARIANTS,

  ...SERVICE_INVARIANTS,
}
