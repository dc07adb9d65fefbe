import { sql } from 'kysely'
import type { Db } from './connect.ts'
import { shorten } from './mail-states.ts'
import type { MailKey } from './mails.ts'
import type { MailState } from './payment-schema.ts'
import { inTransaction, type Tx } from './transaction.ts'

/** Something that the provider reports. */
export interface MailEvent {
  /** The provider's own id of the event. */
  readonly id: string
  /** Null where it names none of ours. */
  readonly key: MailKey | null
  readonly kind: string
  /** The provider's words, for operators. */
  readonly reason: string | null
  readonly happenedAt: Date
}

/**
 * Keeps events and moves their mails on. Events come twice, late and out of order, so each counts once by its id and a
 * mail only ever moves forward. One that names no mail of ours is kept without effect. Returns how many were new.
 */
export async function recordMailEvents(db: Db, events: readonly MailEvent[], now: Date): Promise<number> {
  return await inTransaction(db, async (tx) => {
    const fresh = await keepEvents(tx, events, now)
    // In one order everywhere, so that two batches never wait for each other in a circle.
    const ordered = fresh.toSorted((a, b) => compare(sortKey(a), sortKey(b)))
    for (const event of ordered) await applyEvent(tx, event)
    return fresh.length
  })
}

async function keepEvents(tx: Tx, events: readonly MailEvent[], now: Date): Promise<MailEvent[]> {
  const byId = new Map(events.map((event) => [event.id, event]))
  if (byId.size === 0) return []
  const rows = [...byId.values()]
    .toSorted((a, b) => compare(a.id, b.id))
    .map(({ id, key, kind, happenedAt }) => ({
      id,
      account_id: key?.account ?? null,
      mail_id: key?.mail ?? null,
      event: kind,
      happened_at: happenedAt,
      received_at: now,
    }))
  const inserted: string[] = []
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const kept = await tx
      .insertInto('mail_events')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute()
    inserted.push(...kept.map(({ id }) => id))
  }
  return inserted.flatMap((id) => byId.get(id) ?? [])
}

/** Well below the 65 535 parameters that a statement may have. */
const ROWS_PER_STATEMENT = 1_000

/** How far each event says that a mail has come. `bounced` is last: a person should see that an address failed. */
const STATE_OF: Readonly<Record<string, 'accepted' | 'delivered' | 'dropped' | 'bounced'>> = {
  processed: 'accepted',
  deferred: 'accepted',
  delivered: 'delivered',
  spamreport: 'delivered',
  dropped: 'dropped',
  bounce: 'bounced',
}

const EARLIER_STATES: Readonly<Record<(typeof STATE_OF)[string], readonly MailState[]>> = {
  accepted: ['owed', 'sending', 'parked'],
  delivered: ['owed', 'sending', 'parked', 'accepted'],
  dropped: ['owed', 'sending', 'parked', 'accepted', 'delivered'],
  bounced: ['owed', 'sending', 'parked', 'accepted', 'delivered', 'dropped'],
}

async function applyEvent(tx: Tx, { key, kind, reason, happenedAt }: MailEvent): Promise<void> {
  const state = STATE_OF[kind]
  if (!key || !state) return
  await tx
    .updateTable('mails')
    .set({
      state,
      next_try_at: null,
      sent_at: sql<Date>`coalesce(sent_at, ${happenedAt}::timestamptz)`,
      detail:
        state === 'dropped' || state === 'bounced'
          ? shorten(`${kind}${reason === null ? '' : `: ${reason}`}`)
          : // Why it had not been sent is settled by this.
            sql<string | null>`case when next_try_at is null and state <> 'parked' then detail end`,
    })
    .where('account_id', '=', key.account)
    .where('id', '=', key.mail)
    .where('state', 'in', EARLIER_STATES[state])
    .execute()
  if (kind === 'spamreport') await noteSpamReport(tx, key)
}

/** It was delivered, and unwanted. */
async function noteSpamReport(tx: Tx, key: MailKey): Promise<void> {
  await tx
    .updateTable('mails')
    .set({ detail: 'reported as spam' })
    .where('account_id', '=', key.account)
    .where('id', '=', key.mail)
    .where('state', '=', 'delivered')
    .execute()
}

function sortKey({ key, happenedAt }: MailEvent): string {
  return `${key?.account ?? ''}/${key?.mail ?? ''}/${happenedAt.toISOString()}`
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
