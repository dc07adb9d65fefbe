import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Tx } from './transaction.ts'

/** A capped prefix of an account. */
export interface AccountPrefix {
  readonly account: string
  readonly prefix: string
}

/** What the holds of a capped prefix that are open, or were asked for today, come to. */
export interface PrefixUsage extends AccountPrefix {
  /** What was charged for those that have their usage, and held for the others. */
  readonly spent: Micros
  readonly openCalls: number
}

/** No hold is open for longer. */
const HOLD_MAX_MS = 2 * 86_400_000

/**
 * What some capped prefixes have been used for since `dayStart`; those without any holds are left out. What was released
 * counts nothing, what expired without its usage record counts as spent: the record may still come. What the accounts hold must
 * be locked.
 */
export async function readPrefixUsage(
  tx: Tx,
  prefixes: readonly AccountPrefix[],
  dayStart: Date,
): Promise<PrefixUsage[]> {
  if (prefixes.length === 0) return []
  const { rows } = await sql<{ account: string; prefix: string; spent: bigint; open_calls: number }>`
    select wanted.account, wanted.prefix, sum(h.spent)::bigint as spent, sum(h.calls)::integer as open_calls
    from (
      select distinct account, prefix from unnest(${arrayLiteral(prefixes.map(({ account }) => account))}::text[],
        ${arrayLiteral(prefixes.map(({ prefix }) => prefix))}::text[]) as t (account, prefix)
    ) as wanted
    cross join lateral (
      select coalesce(charged_micros, case when state in ('open', 'expired') then amount_micros else 0 end) as spent,
        case when state = 'open' and item = 'phone_call' then 1 else 0 end as calls
      from holds where account_id = wanted.account and capped_prefix = wanted.prefix
        and started_at >= ${new Date(dayStart.getTime() - HOLD_MAX_MS)}
        and (state = 'open' or started_at >= ${dayStart}) offset 0
    ) as h
    group by wanted.account, wanted.prefix`.execute(tx)
  return rows.map(({ account, prefix, spent, open_calls }) => ({
    account,
    prefix,
    spent: micros(spent),
    openCalls: open_calls,
  }))
}
