import { sql } from 'kysely'
import type { NumberEvent, NumberState } from '../billing/number-lifecycle.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import type { NumberKey } from './phone-numbers.ts'
import type { Tx } from './transaction.ts'

/** What happened to a number: the state it came into, why, and by whom. */
export interface NumberChange {
  readonly event: NumberEvent
  readonly state: NumberState
  readonly reason: string
  /** A person, a service key, or the part of the system that did it. */
  readonly by: string
}

/** Adds to the histories of numbers, in the order given. Their accounts must be locked. */
export async function addNumberChanges(
  tx: Tx,
  changes: readonly (NumberKey & NumberChange)[],
  now: Date,
): Promise<void> {
  if (changes.length === 0) return
  const column = (cell: (change: NumberKey & NumberChange) => string) => arrayLiteral(changes.map(cell))
  await sql`
    insert into number_changes (account_id, number, seq, event, state, reason, changed_by, changed_at)
    select account_id, number,
      coalesce((select max(seq) from number_changes c where c.account_id = input.account_id and c.number = input.number), 0)
        + row_number() over (partition by account_id, number order by n),
      event, state, reason, changed_by, ${now}
    from unnest(
      ${column((one) => one.account)}::text[], ${column((one) => one.number)}::text[],
      ${column((one) => one.event)}::text[], ${column((one) => one.state)}::number_state[],
      ${column((one) => one.reason)}::text[], ${column((one) => one.by)}::text[]
    ) with ordinality as input (account_id, number, event, state, reason, changed_by, n)`.execute(tx)
}

/** Everything that happened to a number of an account, oldest first. */
export async function readNumberChanges(
  db: Db,
  { account, number }: NumberKey,
): Promise<(NumberChange & { readonly at: Date })[]> {
  const rows = await db
    .selectFrom('number_changes')
    .select(['event', 'state', 'reason', 'changed_by', 'changed_at'])
    .where('account_id', '=', account)
    .where('number', '=', number)
    .orderBy('seq')
    .execute()
  return rows.map(({ changed_by, changed_at, ...change }) => ({ ...change, by: changed_by, at: changed_at }))
}
