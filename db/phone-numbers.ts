import { sql } from 'kysely'
import type { NumberState } from '../billing/number-lifecycle.ts'
import type { RenewalAnchor } from '../billing/renewal-calendar.ts'
import type { NoticedAt } from '../billing/renewal-notice.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

export interface NumberKey {
  readonly account: string
  /** E.164 with `+`, or a short code. */
  readonly number: string
}

/** A number that an account rents, or rented. */
export interface PhoneNumber extends NumberKey {
  readonly state: NumberState
  readonly stateSince: Date
  readonly anchor: RenewalAnchor
  readonly lastChargedIndex: number
  /** When a run has something to decide about it; null for a number that is gone. */
  readonly nextLookAt: Date | null
  readonly noticedAt: NoticedAt
}

/** Some numbers of accounts that are locked, or of one account; those that are not there are left out. */
export async function readNumbers(db: Db | Tx, keys: readonly NumberKey[]): Promise<PhoneNumber[]> {
  if (keys.length === 0) return []
  // OFFSET 0 keeps the look-up a probe of the primary key a row, whatever the planner believes of the table's size.
  const { rows } = await sql<NumberRow>`
    select n.* from unnest(${arrayLiteral(keys.map((key) => key.account))}::text[],
      ${arrayLiteral(keys.map((key) => key.number))}::text[]) as wanted (account_id, number)
    cross join lateral (
      select * from phone_numbers p where p.account_id = wanted.account_id and p.number = wanted.number offset 0
    ) as n`.execute(db)
  return rows.map(toNumber)
}

/** An account's numbers in the order of their digits, those that are gone among them. */
export async function listNumbers(
  db: Db,
  { account, after, limit }: { account: string; after: string; limit: number },
): Promise<PhoneNumber[]> {
  const { rows } = await sql<NumberRow>`
    select * from phone_numbers where account_id = ${account} and number > ${after}
    order by number limit ${limit}`.execute(db)
  return rows.map(toNumber)
}

/** The numbers that some accounts rent, suspended ones too: of an account the one bought first comes first. */
export async function listRentedNumbers(db: Db | Tx, accounts: readonly string[]): Promise<PhoneNumber[]> {
  const { rows } = await sql<NumberRow>`
    select * from phone_numbers where account_id = any(${arrayLiteral(accounts)}::text[]) and state in ${RENTED}
    order by account_id, anchor_at, number`.execute(db)
  return rows.map(toNumber)
}

/** Names the states as the indexes do, which only then serve the look-up. */
export const RENTED = sql.raw(`('active', 'grace', 'suspended')`)

/**
 * Locks numbers, whoever has them, until the end of the transaction: whoever gives a number to an account locks it first,
 * so that it is given to one. Taken after the locks of accounts.
 */
export async function lockNumbers(tx: Tx, numbers: readonly string[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(number, ${NUMBERS_LOCK}))
    from (select unnest(${arrayLiteral([...new Set(numbers)].sort())}::text[]) as number offset 0) as wanted`.execute(
    tx,
  )
}

const NUMBERS_LOCK = 7_464_835_545

/** Which account rents each of these numbers; one that nobody rents is left out. */
export async function readHolders(db: Db | Tx, numbers: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<NumberKey>`
    select account_id as account, number from phone_numbers
    where number = any(${arrayLiteral(numbers)}::text[]) and state in ${RENTED}`.execute(db)
  return new Map(rows.map(({ account, number }) => [number, account]))
}

/** Writes numbers as they are given, new or as they were before. Nobody else may rent them. */
export async function putNumbers(tx: Tx, numbers: readonly PhoneNumber[]): Promise<void> {
  if (numbers.length === 0) return
  const columns = numberColumns(numbers)
  await sql`
    insert into phone_numbers (account_id, number, state, state_since, time_zone, anchor_at, last_charged_index,
      next_look_at, noticed_at)
    select account_id, number, state, to_timestamp(since_ms / 1000.0::float8), time_zone,
      to_timestamp(anchor_ms / 1000.0::float8), last_index, to_timestamp(look_ms / 1000.0::float8), noticed_at
    from unnest(${columns.account}::text[], ${columns.number}::text[], ${columns.state}::number_state[],
      ${columns.stateSinceMs}::bigint[], ${columns.timeZone}::text[], ${columns.anchorMs}::bigint[],
      ${columns.lastChargedIndex}::integer[], ${columns.nextLookMs}::bigint[], ${columns.noticedAt}::jsonb[])
      as t (account_id, number, state, since_ms, time_zone, anchor_ms, last_index, look_ms, noticed_at)
    on conflict (account_id, number) do update set state = excluded.state, state_since = excluded.state_since,
      time_zone = excluded.time_zone, anchor_at = excluded.anchor_at,
      last_charged_index = excluded.last_charged_index, next_look_at = excluded.next_look_at,
      noticed_at = excluded.noticed_at`.execute(tx)
}

/** Numbers turned on their side: one array literal a column. */
export function numberColumns(numbers: readonly PhoneNumber[]) {
  return {
    account: arrayLiteral(numbers.map(({ account }) => account)),
    number: arrayLiteral(numbers.map(({ number }) => number)),
    state: arrayLiteral(numbers.map(({ state }) => state)),
    stateSinceMs: arrayLiteral(numbers.map(({ stateSince }) => stateSince.getTime())),
    timeZone: arrayLiteral(numbers.map(({ anchor }) => anchor.timeZone)),
    anchorMs: arrayLiteral(numbers.map(({ anchor }) => anchor.at.getTime())),
    lastChargedIndex: arrayLiteral(numbers.map(({ lastChargedIndex }) => lastChargedIndex)),
    nextLookMs: arrayLiteral(numbers.map(({ nextLookAt }) => nextLookAt?.getTime() ?? null)),
    noticedAt: arrayLiteral(numbers.map(({ noticedAt }) => JSON.stringify(noticedAt))),
  }
}

export interface NumberRow {
  readonly account_id: string
  readonly number: string
  readonly state: NumberState
  readonly state_since: Date
  readonly time_zone: string
  readonly anchor_at: Date
  readonly last_charged_index: number
  readonly next_look_at: Date | null
  readonly noticed_at: Readonly<Record<string, string>>
}

export function toNumber(row: NumberRow): PhoneNumber {
  return {
    account: row.account_id,
    number: row.number,
    state: row.state,
    stateSince: row.state_since,
    anchor: { at: row.anchor_at, timeZone: row.time_zone },
    lastChargedIndex: row.last_charged_index,
    nextLookAt: row.next_look_at,
    noticedAt: Object.fromEntries(
      Object.entries(row.noticed_at).map(([notice, at]) => [notice, new Date(at)]),
    ),
  }
}
