import { sql } from 'kysely'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** Entries of one account that a block covers: their keys are a row of which four fill a page. */
export const BLOCK_ENTRIES = 300

/** How many keys an entry has: of `from`, of `to`, and of its call. */
export const KEYS_PER_ENTRY = 3

/** SQL for the call that a usage record belongs to: the one it names, or itself. */
export const CALL_OF_USAGE = sql`coalesce(u.call_id, u.id)`

/**
 * Writes the next blocks of some accounts, at most `blocksMax` of each, and returns how many. A block covers entries that
 * follow each other, and is written when the last of them is there: entries never change, so a block never does.
 */
export async function writeActivityBlocks(
  tx: Tx,
  { accounts, blocksMax }: { accounts: readonly string[]; blocksMax: number },
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    insert into activity_blocks (account_id, first_seq, items, keys)
    select a.id, (e.seq - 1) / ${BLOCK_ENTRIES} * ${BLOCK_ENTRIES} + 1 as first_seq, array_agg(distinct e.item),
      array_agg(coalesce(k.key, 0) order by e.seq, k.place)
    from accounts a
    cross join lateral (select ${lastIndexedSeq(sql`a.id`)} as indexed) as done
    cross join lateral (
      select * from entries where account_id = a.id and seq > done.indexed
        and seq <= least(a.entry_seq / ${BLOCK_ENTRIES} * ${BLOCK_ENTRIES}, done.indexed + ${blocksMax * BLOCK_ENTRIES})
      offset 0
    ) as e
    left join lateral (
      select * from usage_records
      where account_id = a.id and id = substr(e.source, 7) and e.source like 'usage/%' offset 0
    ) as u on true
    cross join lateral (
      values (1, activity_key(u.from_number)),
        (2, activity_key(case when e.source like 'renewal/%' then split_part(e.source, '/', 2) else u.to_number end)),
        (3, activity_key(${CALL_OF_USAGE}))
    ) as k (place, key)
    where a.id = any(${accounts}::text[])
    group by a.id, 2
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows)
}

/** SQL for the last entry of an account that a block covers; 0 before the first block. */
export function lastIndexedSeq(account: unknown) {
  return sql<bigint>`coalesce((
    select first_seq + ${BLOCK_ENTRIES - 1} from activity_blocks where account_id = ${account}
    order by first_seq desc limit 1
  ), 0)`
}

/** The accounts behind `after` that have a block to be written, in the order of their ids. */
export async function listUnindexedAccounts(
  db: Db | Tx,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from accounts a
    where a.id > ${after} and a.entry_seq - ${lastIndexedSeq(sql`a.id`)} >= ${BLOCK_ENTRIES}
    order by a.id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}
