import type { MailKey } from './mails.ts'
import type { Tx } from './transaction.ts'

/** A send that was begun: `tries` tells it from earlier and later sends of the mail. */
export interface MailSend extends MailKey {
  readonly tries: number
}

/** Counts a send that is about to be made. Committed before the provider is called. */
export async function beginSend(tx: Tx, key: MailKey, until: Date): Promise<MailSend> {
  const { tries } = await tx
    .updateTable('mails')
    .set((eb) => ({ state: 'sending', tries: eb('tries', '+', 1), next_try_at: until }))
    .where('account_id', '=', key.account)
    .where('id', '=', key.mail)
    .returning('tries')
    .executeTakeFirstOrThrow()
  return { ...key, tries }
}

/** The provider took it. Whichever send that was, the mail is on its way. */
export async function recordAccepted(
  tx: Tx,
  send: MailSend,
  { providerId, at }: { providerId: string | null; at: Date },
): Promise<void> {
  await tx
    .updateTable('mails')
    .set({
      state: 'accepted',
      sent_at: at,
      next_try_at: null,
      detail: send.tries > 1 ? 'sent twice: no answer came to the first time' : null,
      ...(providerId === null ? {} : { provider_id: providerId }),
    })
    .where('account_id', '=', send.account)
    .where('id', '=', send.mail)
    .where('state', 'in', ['owed', 'sending'])
    .execute()
}

/** The provider surely did not take it: the send does not count, and the mail is owed again. */
export async function recordNotTaken(
  tx: Tx,
  send: MailSend,
  { why, nextTryAt }: { why: string; nextTryAt: Date },
): Promise<void> {
  await ofSend(tx, send)
    .set({ state: 'owed', tries: send.tries - 1, next_try_at: nextTryAt, detail: shorten(why) })
    .execute()
}

/** Nobody knows whether the provider took it: the send stays begun. */
export async function recordUnknown(tx: Tx, send: MailSend, why: string): Promise<void> {
  await ofSend(tx, send)
    .set({ detail: shorten(why) })
    .execute()
}

/** The send came to nothing and is not repeated: a person has to look. False when the send decides nothing any more. */
export async function recordParked(tx: Tx, send: MailSend, why: string): Promise<boolean> {
  const { numUpdatedRows } = await ofSend(tx, send)
    .set({ state: 'parked', next_try_at: null, detail: shorten(why) })
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A send that was overtaken by a later one, or by what the provider reported, decides nothing any more. */
function ofSend(tx: Tx, send: MailSend) {
  return tx
    .updateTable('mails')
    .where('account_id', '=', send.account)
    .where('id', '=', send.mail)
    .where('state', '=', 'sending')
    .where('tries', '=', send.tries)
}

/** Ends a waiting mail that is not to be sent, or not again. */
export async function endUnsent(
  tx: Tx,
  key: MailKey,
  end: { state: 'dropped' | 'parked'; why: string },
): Promise<void> {
  await ofWaiting(tx, key)
    .set({ state: end.state, next_try_at: null, detail: shorten(end.why) })
    .execute()
}

/** Leaves a waiting mail for later. */
export async function postponeMail(
  tx: Tx,
  key: MailKey,
  { why, nextTryAt }: { why: string; nextTryAt: Date },
): Promise<void> {
  await ofWaiting(tx, key)
    .set({ next_try_at: nextTryAt, detail: shorten(why) })
    .execute()
}

function ofWaiting(tx: Tx, key: MailKey) {
  return tx
    .updateTable('mails')
    .where('account_id', '=', key.account)
    .where('id', '=', key.mail)
    .where('next_try_at', 'is not', null)
}

const DETAIL_LENGTH_MAX = 500

/** What outsiders answer may be long, and Postgres takes no NUL. */
export function shorten(detail: string): string {
  return detail.replaceAll('\0', ' ').slice(0, DETAIL_LENGTH_MAX)
}
