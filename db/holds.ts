import { type RawBuilder, sql } from 'kysely'
import type { HoldExtension, HoldKey } from '../billing/hold.ts'
import { lockingHolds } from './account-holds.ts'
import { arrayLiteral } from './array-literal.ts'
import { type HoldAccount, readingHoldAccounts, toHoldAccount } from './hold-accounts.ts'
import {
  type AnsweredExtension,
  type ExtensionRow,
  type Hold,
  type HoldRow,
  toExtension,
  toHold,
} from './hold-rows.ts'
import { type Tx, together } from './transaction.ts'

/** What requests about holds are about. */
export interface HoldsWanted {
  readonly accounts: readonly string[]
  readonly holds: readonly HoldKey[]
  readonly extensions: readonly HoldExtension[]
}

/** As they stand; what does not exist is left out. */
export interface LockedHolds {
  readonly accounts: readonly HoldAccount[]
  /** Refused asks too. */
  readonly holds: readonly Hold[]
  /** The answers that were given before. */
  readonly extensions: readonly AnsweredExtension[]
}

/**
 * Locks what accounts hold and reads what decisions about it need, in one round trip. With `skipLocked` the accounts whose
 * holds somebody else has locked are left out. Balances are not locked: a charge that is being posted is one that comes
 * later. Each statement sees what had committed when it began, so the balances are read when everything is locked: after it,
 * nothing that was held can turn into a charge.
 */
export async function lockHolds(
  tx: Tx,
  { accounts, holds, extensions }: HoldsWanted,
  { skipLocked }: { readonly skipLocked: boolean },
): Promise<LockedHolds> {
  const [lockedRows, accountRows, holdRows, extensionRows = []] = await together(tx, [
    lockingHolds(accounts, { skipLocked }),
    readingHoldAccounts(accounts),
    readingHolds(holds),
    ...(extensions.length > 0 ? [readingExtensions(extensions)] : []),
  ])
  const locked = new Map(lockedRows.map((row) => [row.account_id, row]))
  return {
    accounts: accountRows.flatMap((row) => {
      const held = locked.get(row.id)
      return held ? [toHoldAccount(row, held)] : []
    }),
    holds: holdRows.filter(({ account_id }) => locked.has(account_id)).map(toHold),
    extensions: extensionRows.filter(({ account_id }) => locked.has(account_id)).map(toExtension),
  }
}

// OFFSET 0 keeps each look-up a probe of the primary key, whatever the planner believes of the table's size.
function readingHolds(keys: readonly HoldKey[]): RawBuilder<HoldRow> {
  return sql`
    select h.* from unnest(
      ${arrayLiteral(keys.map(({ account }) => account))}::text[],
      ${arrayLiteral(keys.map(({ requestId }) => requestId))}::text[]
    ) as wanted (account_id, request_id)
    cross join lateral (
      select * from holds where account_id = wanted.account_id and request_id = wanted.request_id offset 0
    ) as h`
}

function readingExtensions(extensions: readonly HoldExtension[]): RawBuilder<ExtensionRow> {
  return sql`
    select e.* from unnest(
      ${arrayLiteral(extensions.map(({ hold }) => hold.account))}::text[],
      ${arrayLiteral(extensions.map(({ hold }) => hold.requestId))}::text[],
      ${arrayLiteral(extensions.map(({ requestId }) => requestId))}::text[]
    ) as wanted (account_id, hold_request_id, request_id)
    cross join lateral (
      select * from hold_extensions where account_id = wanted.account_id
        and hold_request_id = wanted.hold_request_id and request_id = wanted.request_id offset 0
    ) as e`
}
