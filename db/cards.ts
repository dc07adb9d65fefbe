import type { Db } from './connect.ts'
import type { CardRole } from './payment-schema.ts'
import type { Tx } from './transaction.ts'

/** A card on file. The number is Stripe's alone. */
export interface Card {
  /** Of the payment method. */
  readonly id: string
  readonly role: CardRole
  readonly fingerprint: string
  readonly brand: string
  readonly last4: string
  readonly expiryMonth: number
  readonly expiryYear: number
  /** Why it is not charged automatically; null while it may be. */
  readonly stoppedReason: string | null
  readonly addedAt: Date
}

export interface Consent {
  readonly by: string
  /** Of the text that was agreed to. */
  readonly version: string
}

/** The cards on file, the default card first. */
export async function readCards(db: Db | Tx, account: string): Promise<Card[]> {
  const rows = await db
    .selectFrom('cards')
    .selectAll()
    .where('account_id', '=', account)
    .where('role', 'is not', null)
    .orderBy('role')
    .execute()
  return rows.flatMap((row) =>
    row.role === null
      ? []
      : [
          {
            id: row.id,
            role: row.role,
            fingerprint: row.fingerprint,
            brand: row.brand,
            last4: row.last4,
            expiryMonth: row.expiry_month,
            expiryYear: row.expiry_year,
            stoppedReason: row.stopped_reason,
            addedAt: row.added_at,
          },
        ],
  )
}

/** Puts a card on file; the card that had its role is taken off. False when it was there already. */
export async function addCard(
  tx: Tx,
  {
    account,
    consent,
    ...card
  }: Omit<Card, 'stoppedReason' | 'addedAt'> & { account: string; consent: Consent },
  now: Date,
): Promise<boolean> {
  const known = await tx
    .selectFrom('cards')
    .select('id')
    .where('account_id', '=', account)
    .where('id', '=', card.id)
    .executeTakeFirst()
  if (known) return false
  await takeOff(tx, account, now).where('role', '=', card.role).execute()
  await tx
    .insertInto('cards')
    .values({
      account_id: account,
      id: card.id,
      role: card.role,
      fingerprint: card.fingerprint,
      brand: card.brand,
      last4: card.last4,
      expiry_month: card.expiryMonth,
      expiry_year: card.expiryYear,
      consented_at: now,
      consented_by: consent.by,
      consent_version: consent.version,
      added_at: now,
    })
    .execute()
  return true
}

/** Takes a card off file. The backup card takes the place of the default card. False when it is not on file. */
export async function removeCard(
  tx: Tx,
  { account, id }: { account: string; id: string },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await takeOff(tx, account, now).where('id', '=', id).executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  const left = await readCards(tx, account)
  if (left.some(({ role }) => role === 'default')) return true
  await tx
    .updateTable('cards')
    .set({ role: 'default' })
    .where('account_id', '=', account)
    .where('role', '=', 'backup')
    .execute()
  return true
}

function takeOff(tx: Tx, account: string, now: Date) {
  return tx
    .updateTable('cards')
    .set({ role: null, removed_at: now })
    .where('account_id', '=', account)
    .where('role', 'is not', null)
}

/** Makes the backup card the default card and the other way round. False when there is no backup card. */
export async function swapCards(tx: Tx, account: string): Promise<boolean> {
  const cards = await readCards(tx, account)
  const [first, backup] = cards
  if (!first || !backup) return false
  const setRole = (id: string, role: CardRole) =>
    tx.updateTable('cards').set({ role }).where('account_id', '=', account).where('id', '=', id).execute()
  // The unique index holds after every statement, so the roles are set one after the other by way of none.
  await tx
    .updateTable('cards')
    .set({ role: null, removed_at: first.addedAt })
    .where('account_id', '=', account)
    .where('id', '=', first.id)
    .execute()
  await setRole(backup.id, 'default')
  await tx
    .updateTable('cards')
    .set({ role: 'backup', removed_at: null })
    .where('account_id', '=', account)
    .where('id', '=', first.id)
    .execute()
  return true
}

/** Marks a card as not to be charged automatically: until the customer acts, or never again. */
export async function stopCard(
  tx: Tx,
  { account, id, reason, forGood }: { account: string; id: string; reason: string; forGood: boolean },
): Promise<void> {
  await tx
    .updateTable('cards')
    .set({ stopped_reason: reason, ...(forGood ? { stopped_for_good: true } : {}) })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .execute()
}

/** Whose card on file it is; null when it is nobody's. */
export async function findCardAccount(db: Db, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('cards')
    .select('account_id')
    .where('id', '=', id)
    .where('role', 'is not', null)
    .executeTakeFirst()
  return row?.account_id ?? null
}

/** Takes over what the network changed: another expiry, last digits or fingerprint. */
export async function updateCard(
  tx: Tx,
  card: Pick<Card, 'id' | 'fingerprint' | 'brand' | 'last4' | 'expiryMonth' | 'expiryYear'> & {
    account: string
  },
): Promise<void> {
  await tx
    .updateTable('cards')
    .set({
      fingerprint: card.fingerprint,
      brand: card.brand,
      last4: card.last4,
      expiry_month: card.expiryMonth,
      expiry_year: card.expiryYear,
    })
    .where('account_id', '=', card.account)
    .where('id', '=', card.id)
    .execute()
}
