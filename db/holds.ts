import { sql } from 'kysely'
import type { HoldExtension, HoldKey } from '../billing/hold.ts'
import { arrayLiteral } from './array-literal.ts'
import {
  type AnsweredExtension,
  type ExtensionRow,
  type Hold,
  type HoldRow,
  toExtension,
  toHold,
} from './hold-rows.ts'
import type { Tx } from './transaction.ts'

/** Some holds and refused asks; those that are not there are left out. Their accounts must be locked. */
export async function readHolds(tx: Tx, keys: readonly HoldKey[]): Promise<Hold[]> {
  if (keys.length === 0) return []
  // OFFSET 0 keeps the look-up a probe of the primary key a row, whatever the planner believes of the table's size.
  const { rows } = await sql<HoldRow>`
    select h.* from (
      select distinct account_id, request_id from unnest(${arrayLiteral(keys.map(({ account }) => account))}::text[],
        ${arrayLiteral(keys.map(({ requestId }) => requestId))}::text[]) as t (account_id, request_id)
    ) as wanted
    cross join lateral (
      select * from holds where account_id = wanted.account_id and request_id = wanted.request_id offset 0
    ) as h`.execute(tx)
  return rows.map(toHold)
}

/** The answers that these extensions were given before. Their accounts must be locked. */
export async function readExtensions(
  tx: Tx,
  extensions: readonly HoldExtension[],
): Promise<AnsweredExtension[]> {
  if (extensions.length === 0) return []
  const { rows } = await sql<ExtensionRow>`
    select e.* from (
      select distinct account_id, hold_request_id, request_id from unnest(
        ${arrayLiteral(extensions.map(({ hold }) => hold.account))}::text[],
        ${arrayLiteral(extensions.map(({ hold }) => hold.requestId))}::text[],
        ${arrayLiteral(extensions.map(({ requestId }) => requestId))}::text[]
      ) as t (account_id, hold_request_id, request_id)
    ) as wanted
    cross join lateral (
      select * from hold_extensions where account_id = wanted.account_id
        and hold_request_id = wanted.hold_request_id and request_id = wanted.request_id offset 0
    ) as e`.execute(tx)
  return rows.map(toExtension)
}
