import { type RawBuilder, sql } from 'kysely'
import type { UsageItem } from '../billing/usage-record.ts'
import { BLOCK_ENTRIES, CALL_OF_USAGE, KEYS_PER_ENTRY, lastIndexedSeq } from './activity-blocks.ts'

export interface ActivitySearch {
  readonly account: string
  /** E.164 or a short code: `from` or `to` of the usage, or the number of a renewal. */
  readonly number: string | null
  readonly callId: string | null
  readonly item: UsageItem | null
  readonly limit: number
}

/**
 * SQL for the newest entries of an account that a search finds, from behind `after_seq` up to `last_seq`, which are columns
 * around it. Blocks tell where to look, and every entry is checked: a key may be that of another number too. The newest
 * entries, which no block covers yet, are read one by one. `condition` is asked of every entry `e`; that of `item` is part
 * of it.
 */
export function searchEntries(search: ActivitySearch, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const { account, limit } = search
  const fits = sql`${condition} and ${mentions(search)}`
  return sql`
    select * from (
      (
        select e.* from entries e ${withUsage(search)}
        where e.account_id = ${account} and e.seq <= last_seq
          and e.seq > greatest(after_seq, ${lastIndexedSeq(account)}) and ${fits}
        order by e.seq desc limit ${limit}
      )
      union all
      (
        select e.* from (
          select first_seq, keys from activity_blocks
          where account_id = ${account} and first_seq <= last_seq and first_seq + ${BLOCK_ENTRIES - 1} > after_seq
            and ${blockMayFit(search)}
          order by first_seq desc offset 0
        ) as b
        cross join lateral (
          select e.* from ${entriesOfBlock(search)} ${withUsage(search)}
          where e.seq <= last_seq and e.seq > after_seq and ${fits}
          offset 0
        ) as e
        order by b.first_seq desc, e.seq desc limit ${limit}
      )
    ) as e
    order by seq desc limit ${limit}`
}

/** The usage of an entry, where the search looks into it. */
function withUsage({ account, number, callId }: ActivitySearch): RawBuilder<unknown> {
  if (number === null && callId === null) return sql``
  return sql`left join lateral (
    select * from usage_records
    where account_id = ${account} and id = substr(e.source, 7) and e.source like 'usage/%' offset 0
  ) as u on true`
}

function mentions({ number, callId }: ActivitySearch): RawBuilder<unknown> {
  const isRenewal = sql`e.source like 'renewal/%' and split_part(e.source, '/', 2) = ${number}`
  return allOf([
    number && sql`(u.from_number = ${number} or u.to_number = ${number} or ${isRenewal})`,
    callId && sql`${CALL_OF_USAGE} = ${callId}`,
  ])
}

function blockMayFit({ number, callId, item }: ActivitySearch): RawBuilder<unknown> {
  return allOf([
    item && sql`${item}::item = any(items)`,
    number && sql`activity_key(${number}) = any(keys)`,
    callId && sql`activity_key(${callId}) = any(keys)`,
  ])
}

/** The entries of block `b` that may fit, each looked up by its place in the block where there is a key to go by. */
function entriesOfBlock({ account, number, callId }: ActivitySearch): RawBuilder<unknown> {
  const word = callId ?? number
  if (word === null) {
    return sql`(
      select * from entries
      where account_id = ${account} and seq between b.first_seq and b.first_seq + ${BLOCK_ENTRIES - 1} offset 0
    ) as e`
  }
  return sql`(
    select distinct b.first_seq + (place - 1) / ${KEYS_PER_ENTRY} as seq
    from unnest(array_positions(b.keys, activity_key(${word}))) as place
  ) as hit cross join lateral (
    select * from entries where account_id = ${account} and seq = hit.seq offset 0
  ) as e`
}

function allOf(conditions: readonly (RawBuilder<unknown> | null | '')[]): RawBuilder<unknown> {
  return sql.join([sql`true`, ...conditions.filter((one) => one !== null && one !== '')], sql` and `)
}
