import { type Selectable, sql } from 'kysely'
import type { MailContent, MailTemplate } from '../billing/mails/templates.ts'
import type { Db } from './connect.ts'
import type { MailState } from './payment-schema.ts'
import type { Database } from './schema.ts'
import type { Tx } from './transaction.ts'

export interface MailKey {
  readonly account: string
  /** The mail's id. */
  readonly mail: string
}

export interface Mail<Template extends MailTemplate = MailTemplate> {
  readonly account: string
  readonly template: Template
  /** What it tells of, such as `topup/<id>`. */
  readonly event: string
  readonly recipients: readonly string[]
  readonly content: MailContent<Template>
  /** Why it is only written down and never sent, where that is so. */
  readonly silentBecause?: string | null
}

/** A mail as it stands. */
export interface StoredMail extends MailKey {
  /** May be one that only a newer build knows. */
  readonly template: string
  readonly event: string
  readonly recipients: readonly string[]
  readonly content: unknown
  readonly state: MailState
  /** Sends that the provider may have accepted, whatever it answered. */
  readonly tries: number
  readonly createdAt: Date
  readonly nextTryAt: Date | null
  readonly detail: string | null
}

/**
 * How long a mail that was claimed is left to its job. A mail is due for its job when its next try is no further away, so
 * whatever keeps a mail from its job has to reach beyond it.
 */
export const MAIL_LEASE_MS = 60_000

/**
 * Writes that a mail is owed, once per account, event and template: false when it was written before. One that nobody is
 * to get is suppressed from the start. It is sent after the transaction has committed, or never.
 */
export async function intendMail<Template extends MailTemplate>(
  tx: Tx,
  mail: Mail<Template>,
  { newId, now }: { newId: () => string; now: Date },
): Promise<boolean> {
  return (await insertMail(tx, mail, { id: newId(), now })) !== null
}

/** As `intendMail`, for a mail whose id matters; null when it was written before. */
export async function insertMail<Template extends MailTemplate>(
  tx: Tx,
  { account, template, event, recipients, content, silentBecause = null }: Mail<Template>,
  { id, now }: { id: string; now: Date },
): Promise<StoredMail | null> {
  const addresses = withoutRepeats(recipients)
  const silence = silentBecause ?? (addresses.length > 0 ? null : 'no recipients')
  const row = await tx
    .insertInto('mails')
    .values({
      account_id: account,
      id,
      template,
      event,
      recipients: addresses,
      content: JSON.stringify(content, storable),
      created_at: now,
      ...(silence === null
        ? { state: 'owed', next_try_at: now }
        : { state: 'suppressed', next_try_at: null, detail: silence }),
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'event', 'template']).doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ? toStoredMail(row) : null
}

/** Postgres takes no NUL and no half of a surrogate pair in JSON; a name must not undo the transaction it stands in. */
function storable(_field: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value
}

/** The provider refuses a mail that names an address twice. */
function withoutRepeats(addresses: readonly string[]): string[] {
  return [...new Map(addresses.map((address) => [address.toLowerCase(), address])).values()]
}

/**
 * Claims mails that are due: owed, or begun to be sent without an end. They come up again when the lease is over and they
 * are still not sent. Several claimers share the work without waiting for each other.
 */
export async function claimOwedMails(db: Db, claim: { now: Date; limit: number }): Promise<MailKey[]> {
  const leasedUntil = new Date(claim.now.getTime() + MAIL_LEASE_MS)
  const { rows } = await sql<{ account_id: string; id: string }>`
    with due as (
      select account_id, id from mails where next_try_at <= ${claim.now}
      order by next_try_at limit ${claim.limit} for update skip locked
    )
    update mails set next_try_at = ${leasedUntil}
    from due where mails.account_id = due.account_id and mails.id = due.id
    returning mails.account_id, mails.id`.execute(db)
  return rows.map((row) => ({ account: row.account_id, mail: row.id }))
}

export async function loadMail(db: Db | Tx, key: MailKey): Promise<StoredMail | null> {
  const row = await db
    .selectFrom('mails')
    .selectAll()
    .where('account_id', '=', key.account)
    .where('id', '=', key.mail)
    .executeTakeFirst()
  return row ? toStoredMail(row) : null
}

/**
 * Locks the mails of an account that wait to be sent, oldest first: whoever decides about one of them decides alone about
 * the account's.
 */
export async function lockWaitingMails(tx: Tx, account: string): Promise<StoredMail[]> {
  const rows = await tx
    .selectFrom('mails')
    .selectAll()
    .where('account_id', '=', account)
    .where('next_try_at', 'is not', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toStoredMail).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}

/** When the account's latest mails were accepted by the provider after `since`, newest first, at most `limit`. */
export async function latestSendTimes(
  tx: Tx,
  { account, since, limit }: { account: string; since: Date; limit: number },
): Promise<Date[]> {
  const rows = await tx
    .selectFrom('mails')
    .select('sent_at')
    .where('account_id', '=', account)
    .where('sent_at', '>', since)
    .orderBy('sent_at', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap(({ sent_at }) => sent_at ?? [])
}

function toStoredMail(row: Selectable<Database['mails']>): StoredMail {
  return {
    account: row.account_id,
    mail: row.id,
    template: row.template,
    event: row.event,
    recipients: row.recipients,
    content: row.content,
    state: row.state,
    tries: row.tries,
    createdAt: row.created_at,
    nextTryAt: row.next_try_at,
    detail: row.detail,
  }
}
