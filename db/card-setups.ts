import type { Consent } from './cards.ts'
import type { Db } from './connect.ts'
import type { CardRole } from './payment-schema.ts'
import type { Tx } from './transaction.ts'

/** Stripe's id of the customer that an account is; null until it registers its first card. */
export async function readCustomer(db: Db | Tx, account: string): Promise<string | null> {
  const row = await db
    .selectFrom('stripe_customers')
    .select('customer_id')
    .where('account_id', '=', account)
    .executeTakeFirst()
  return row?.customer_id ?? null
}

/** Stores the customer that an account is at Stripe, the first one for good. */
export async function storeCustomer(
  db: Db,
  { account, customerId }: { account: string; customerId: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('stripe_customers')
    .values({ account_id: account, customer_id: customerId, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export interface StoredSetup {
  readonly account: string
  readonly id: string
  readonly role: CardRole
  readonly consent: Consent
}

/** Stores that a customer began to register a card, and what they agreed to. */
export async function storeCardSetup(
  db: Db,
  { account, id, role, consent }: StoredSetup,
  now: Date,
): Promise<void> {
  await db
    .insertInto('card_setups')
    .values({
      account_id: account,
      id,
      role,
      consented_by: consent.by,
      consent_version: consent.version,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A registration that was begun here and is not completed; null for any other. */
export async function readOpenSetup(
  db: Db | Tx,
  key: { account: string; id: string },
): Promise<StoredSetup | null> {
  const row = await db
    .selectFrom('card_setups')
    .select(['role', 'consented_by', 'consent_version'])
    .where('account_id', '=', key.account)
    .where('id', '=', key.id)
    .where('completed_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return { ...key, role: row.role, consent: { by: row.consented_by, version: row.consent_version } }
}

/** Whether a registration was begun here for the account, completed or not. */
export async function hasCardSetup(
  db: Db,
  { account, id }: { account: string; id: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('card_setups')
    .select('id')
    .where('account_id', '=', account)
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

export async function completeCardSetup(
  tx: Tx,
  { account, id }: { account: string; id: string },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('card_setups')
    .set({ completed_at: now })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .where('completed_at', 'is', null)
    .execute()
}
