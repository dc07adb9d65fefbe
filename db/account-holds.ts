import { sql } from 'kysely'
import { type Micros, micros, ZERO_MICROS } from '../billing/money.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Tx } from './transaction.ts'

/**
 * Locks what accounts hold until the end of the transaction, in the order of their ids: nothing is held or freed meanwhile.
 * Whoever locks accounts too, locks these after them. With `skipLocked` those that somebody else has locked are left out.
 */
export function lockingHolds(accounts: readonly string[], { skipLocked }: { readonly skipLocked: boolean }) {
  return sql<AccountHoldsRow>`
    select account_id, held_micros, open_calls from account_holds where account_id = any(${arrayLiteral(accounts)}::text[])
    order by account_id for no key update ${skipLocked ? sql`skip locked` : sql``}`
}

export interface AccountHoldsRow {
  account_id: string
  /** The sum of its open holds, and how many of them are calls. */
  held_micros: bigint
  open_calls: number
}

/** Locks what accounts hold as above, and answers with the sum of their open holds. */
export async function lockHeld(tx: Tx, accounts: readonly string[]): Promise<(account: string) => Micros> {
  const { rows } = await lockingHolds(accounts, { skipLocked: false }).execute(tx)
  const held = new Map(rows.map(({ account_id, held_micros }) => [account_id, micros(held_micros)]))
  return (account) => held.get(account) ?? ZERO_MICROS
}

/** What an account holds at this moment. */
export const heldMicros = (account: ReturnType<typeof sql.ref>) =>
  sql<bigint>`(select held_micros from account_holds where account_id = ${account})`
