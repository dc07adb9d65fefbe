import { sql } from 'kysely'
import type { Micros } from '../billing/money.ts'
import type { RenewalPeriod } from '../billing/renewal-calendar.ts'
import { arrayLiteral } from './array-literal.ts'
import { MOVED, MOVED_COLUMNS } from './move-balances.ts'
import { type NumberKey, numberColumns, type PhoneNumber } from './phone-numbers.ts'
import type { Tx } from './transaction.ts'

/** One month of a number, with its price and the rate that says so. */
export interface RenewalCharge extends NumberKey {
  readonly period: RenewalPeriod
  /** Zero or more. */
  readonly amount: Micros
  readonly rateVersionId: number
  readonly rateRow: number
}

export interface PostedRenewals {
  /** Renewals that were charged now; the others were before. */
  readonly stored: number
  /** Accounts whose balance fell below their recharge threshold or a level of low balance, or to zero. */
  readonly crossed: readonly string[]
}

/**
 * Charges renewals and writes the numbers as they are then, in one statement: a renewal and, where it costs something, an
 * entry for each period, and the balances. A period of a number that was charged before is left out. The accounts must be
 * locked. Within an account the entries follow the beginnings of the periods.
 */
export async function postRenewals(
  tx: Tx,
  { charges, numbers }: { charges: readonly RenewalCharge[]; numbers: readonly PhoneNumber[] },
  now: Date,
): Promise<PostedRenewals> {
  if (charges.length === 0 && numbers.length === 0) return { stored: 0, crossed: [] }
  const { rows } = await statement(chargeColumns(charges), numberColumns(numbers), now).execute(tx)
  const row = rows[0]
  if (!row) throw new Error('posting renewals returned no row')
  return row
}

function statement(
  charges: ReturnType<typeof chargeColumns>,
  numbers: ReturnType<typeof numberColumns>,
  now: Date,
) {
  return sql<PostedRenewals>`
    with locked as materialized (
      select id, ${MOVED_COLUMNS},
        greatest(last_posted_at, ${now}::timestamptz) as posted_at
      from accounts where id = any(${charges.accounts}::text[])
    ),
    stored as (
      insert into renewals (account_id, number, period, starts_at, amount_micros, rate_version_id, rate_row, charged_at)
      select account_id, number, period, to_timestamp(starts_ms / 1000.0::float8), amount_micros, rate_version_id,
        rate_row, ${now}::timestamptz
      from unnest(
        ${charges.account}::text[], ${charges.number}::text[], ${charges.period}::text[], ${charges.startsMs}::bigint[],
        ${charges.amountMicros}::bigint[], ${charges.rateVersionId}::integer[], ${charges.rateRow}::integer[]
      ) as t (account_id, number, period, starts_ms, amount_micros, rate_version_id, rate_row)
      on conflict do nothing
      returning account_id, number, period, starts_at, amount_micros
    ),
    numbered as (
      select *, row_number() over account_so_far as n, sum(amount_micros) over account_so_far as spent
      from stored where amount_micros > 0
      window account_so_far as (partition by account_id order by starts_at, number rows unbounded preceding)
    ),
    posted as (
      insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
      select account_id, entry_seq + n, 'phone_number', 'revenue:phone_number', -amount_micros, balance_micros - spent,
        'renewal/' || number || '/' || period, starts_at, posted_at
      from numbered join locked on locked.id = numbered.account_id
    ),
    ${MOVED},
    changed as (
      update phone_numbers p set state = t.state, state_since = to_timestamp(t.since_ms / 1000.0::float8),
        last_charged_index = t.last_index, next_look_at = to_timestamp(t.look_ms / 1000.0::float8),
        noticed_at = t.noticed_at
      from unnest(
        ${numbers.account}::text[], ${numbers.number}::text[], ${numbers.state}::number_state[],
        ${numbers.stateSinceMs}::bigint[], ${numbers.lastChargedIndex}::integer[], ${numbers.nextLookMs}::bigint[],
        ${numbers.noticedAt}::jsonb[]
      ) as t (account_id, number, state, since_ms, last_index, look_ms, noticed_at)
        cross join lateral (
          select ctid as place from phone_numbers q where q.account_id = t.account_id and q.number = t.number offset 0
        ) as found
      where p.ctid = found.place
    )
    select (select count(*)::integer from stored) as stored,
      array(select id from moved where crossed order by id) as crossed`
}

function chargeColumns(charges: readonly RenewalCharge[]) {
  return {
    accounts: arrayLiteral([...new Set(charges.map(({ account }) => account))]),
    account: arrayLiteral(charges.map(({ account }) => account)),
    number: arrayLiteral(charges.map(({ number }) => number)),
    period: arrayLiteral(charges.map(({ period }) => period.key)),
    startsMs: arrayLiteral(charges.map(({ period }) => period.startsAt.getTime())),
    amountMicros: arrayLiteral(charges.map(({ amount }) => amount)),
    rateVersionId: arrayLiteral(charges.map(({ rateVersionId }) => rateVersionId)),
    rateRow: arrayLiteral(charges.map(({ rateRow }) => rateRow)),
  }
}
