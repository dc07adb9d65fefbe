import { sql } from 'kysely'
import { type Micros, micros } from '../billing/money.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import { type NumberKey, type NumberRow, type PhoneNumber, RENTED, toNumber } from './phone-numbers.ts'
import { type AccountRenewalSettings, DEFAULT_ACCOUNT_RENEWAL_SETTINGS } from './renewal-settings.ts'
import type { AccountStatus } from './schema.ts'
import type { Tx } from './transaction.ts'

/** Where numbers stand in the order of their renewal: by account, and within one by age. */
export interface RenewalPlace extends NumberKey {
  readonly anchorAt: Date
}

/** A page of the numbers, after a place, that something is to be decided about before an instant. */
export async function listNumbersToLookAt(
  db: Db,
  { after, before, limit }: { after: RenewalPlace | null; before: Date; limit: number },
): Promise<RenewalPlace[]> {
  const { rows } = await sql<RenewalPlace>`
    select account_id as account, anchor_at as "anchorAt", number from phone_numbers
    where state in ${RENTED} and next_look_at < ${before}
      and (account_id, anchor_at, number) > (${after?.account ?? ''}, ${after?.anchorAt ?? LONG_AGO}, ${after?.number ?? ''})
    order by account_id, anchor_at, number limit ${limit}`.execute(db)
  return rows
}

const LONG_AGO = new Date(0)

/** The same of one account, and its numbers in grace and suspended ones: what credit brings back at once. */
export async function listNumbersToRenew(
  db: Db,
  { account, after, now, limit }: { account: string; after: RenewalPlace | null; now: Date; limit: number },
): Promise<RenewalPlace[]> {
  const { rows } = await sql<RenewalPlace>`
    select account_id as account, anchor_at as "anchorAt", number from phone_numbers
    where account_id = ${account} and state in ${RENTED} and (state <> 'active' or next_look_at <= ${now})
      and (anchor_at, number) > (${after?.anchorAt ?? LONG_AGO}, ${after?.number ?? ''})
    order by anchor_at, number limit ${limit}`.execute(db)
  return rows
}

/** What the renewals of an account depend on. */
export interface RenewalAccount {
  readonly id: string
  readonly timeZone: string
  readonly status: AccountStatus
  readonly balance: Micros
  readonly settings: AccountRenewalSettings
}

/** Locks accounts in the order of their ids; those that do not exist are left out. */
export async function lockRenewalAccounts(tx: Tx, ids: readonly string[]): Promise<RenewalAccount[]> {
  const { rows } = await sql<{
    id: string
    time_zone: string
    status: AccountStatus
    balance_micros: bigint
    grace_days: number | null
    suspended_days: number | null
    reserve_days: number | null
  }>`
    select a.id, a.time_zone, a.status, a.balance_micros, s.grace_days, s.suspended_days, s.reserve_days
    from accounts a left join renewal_settings s on s.account_id = a.id
    where a.id = any(${arrayLiteral(ids)}::text[]) order by a.id for no key update of a`.execute(tx)
  const none = DEFAULT_ACCOUNT_RENEWAL_SETTINGS
  return rows.map((row) => ({
    id: row.id,
    timeZone: row.time_zone,
    status: row.status,
    balance: micros(row.balance_micros),
    settings: {
      ...none,
      graceDays: row.grace_days ?? none.graceDays,
      suspendedDays: row.suspended_days ?? none.suspendedDays,
      reserveDays: row.reserve_days ?? none.reserveDays,
    },
  }))
}

/** The active numbers of some accounts that are looked at in a span of time: their renewals are near. */
export async function listNumbersLookedAtIn(
  tx: Tx,
  accounts: readonly string[],
  span: { readonly from: Date; readonly until: Date },
): Promise<PhoneNumber[]> {
  const { rows } = await sql<NumberRow>`
    select * from phone_numbers
    where account_id = any(${arrayLiteral(accounts)}::text[]) and state = 'active' and state in ${RENTED}
      and next_look_at >= ${span.from} and next_look_at < ${span.until}`.execute(tx)
  return rows.map(toNumber)
}
