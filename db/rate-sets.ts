import { type Selectable, sql } from 'kysely'
import { groupRateSets, type RateSet } from '../billing/rate-set.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import { toRate } from './rate-row.ts'
import type { Database } from './schema.ts'
import type { Tx } from './transaction.ts'

/** What priced a charge: the row of a card version that is the set's slot at second 0. */
export interface RateSetKey {
  readonly rateVersionId: number
  readonly rateRow: number
}

export type RateSetOf = (key: RateSetKey) => RateSet

/**
 * Loads the sets of rates that priced some charges, in one query. Versions are never changed or deleted, so every key
 * that a charge holds is there: asking for one that is not throws.
 */
export async function loadRateSets(db: Db | Tx, keys: readonly RateSetKey[]): Promise<RateSetOf> {
  const rows = keys.length === 0 ? [] : await findRows(db, keys)
  const rowsByVersion = Map.groupBy(rows, (row) => row.version_id)
  const sets = new Map<string, RateSet>()
  for (const [rateVersionId, ofVersion] of rowsByVersion) {
    for (const set of groupRateSets(ofVersion.map(toRate)).flat()) {
      sets.set(nameOf({ rateVersionId, rateRow: set[0].row }), set)
    }
  }
  return (key) => {
    const set = sets.get(nameOf(key))
    if (!set) throw new Error(`there is no set of rates at ${nameOf(key)}`)
    return set
  }
}

function nameOf({ rateVersionId, rateRow }: RateSetKey): string {
  return `version ${rateVersionId} row ${rateRow}`
}

type RateRow = Selectable<Database['rates']>

/**
 * The slots of the sets that begin with these rows, and perhaps some of other sets. Looked up by prefix alone, they cost
 * one pass over each version; by their whole key, one for each set.
 */
async function findRows(db: Db | Tx, keys: readonly RateSetKey[]): Promise<RateRow[]> {
  const { rows: firstRows } = await sql<RateRow>`
    select first.*
    from (
      select distinct * from unnest(
        ${arrayLiteral(keys.map((key) => key.rateVersionId))}::integer[],
        ${arrayLiteral(keys.map((key) => key.rateRow))}::integer[]
      ) as charges (version_id, row)
    ) as wanted
    cross join lateral (
      select * from rates r where r.version_id = wanted.version_id and r.row = wanted.row offset 0
    ) as first`.execute(db)
  const { rows } = await sql<RateRow>`
    select * from rates
    where version_id = any(${distinctLiteral(firstRows.map((row) => row.version_id))}::integer[])
      and prefix = any(${distinctLiteral(firstRows.map((row) => row.prefix))}::text[])`.execute(db)
  return rows
}

function distinctLiteral(cells: readonly (string | number)[]): string {
  return arrayLiteral([...new Set(cells)])
}
