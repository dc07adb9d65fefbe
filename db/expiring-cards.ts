import { sql } from 'kysely'
import type { CardRole } from './payment-schema.ts'
import type { Tx } from './transaction.ts'

export interface ExpiringCard {
  readonly account: string
  readonly id: string
  readonly role: CardRole
  readonly brand: string
  readonly last4: string
  /** Who is told about the account's recharges. */
  readonly emails: readonly string[]
  /** Its place in the order of a listing. */
  readonly key: string
}

/** The cards in use that expire at the end of a month, of open accounts with auto-recharge, a page after `after`. */
export async function listExpiringCards(
  tx: Tx,
  page: { year: number; month: number; after: string | null; limit: number },
): Promise<ExpiringCard[]> {
  const { rows } = await sql<ExpiringCard>`
    select c.account_id as account, c.id, c.role, c.brand, c.last4, r.emails, c.account_id || '/' || c.id as key
    from cards c
    join accounts a on a.id = c.account_id and a.recharge_enabled and a.status <> 'closed'
    join auto_recharges r on r.account_id = c.account_id
    where c.role is not null and c.expiry_year = ${page.year} and c.expiry_month = ${page.month}
      and (c.account_id, c.id) > (split_part(${page.after ?? ''}, '/', 1), split_part(${page.after ?? ''}, '/', 2))
    order by c.account_id, c.id limit ${page.limit}`.execute(tx)
  return rows
}
