import { randomBytes } from 'node:crypto'
import { staleReason } from '../billing/mails/staleness.ts'
import { isMailTemplate, type MailTemplate, renderMail, TEMPLATES } from '../billing/mails/templates.ts'
import type { OutgoingMail } from '../clients/send-grid.ts'
import { createFixLink } from '../db/fix-links.ts'
import { type MailFacts, readMailFacts } from '../db/mail-facts.ts'
import { beginSend, endUnsent, type MailSend, postponeMail } from '../db/mail-states.ts'
import { lockWaitingMails, MAIL_LEASE_MS, type MailKey, type StoredMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { MailContext } from './mail-context.ts'
import { bundleNotices } from './mail-digest.ts'
import { hourIsFullUntil } from './mail-hour.ts'
import { reportParked } from './mail-parked.ts'

/** A mail whose send has begun. */
export interface TakenMail {
  readonly send: MailSend
  readonly mail: OutgoingMail
  readonly createdAt: Date
}

/** A waiting mail of a template that this build knows. */
export type KnownMail = StoredMail & { readonly template: MailTemplate }

/**
 * How long a send is left alone: no other job takes the mail while the provider may still answer, and an event has time to
 * tell that a send without an answer was taken after all.
 */
const SENDING_MS = 10 * 60_000
const SENDS_MAX = 2
const UNCONFIGURED_WAIT_MS = 5 * 60_000
const UNKNOWN_TEMPLATE_WAIT_MS = 10 * 60_000

/**
 * Decides whether a mail is to be sent now, and begins its send; or the send of a digest that it went into. Null when there
 * is nothing to send: it was sent, is in hand, has to wait, or is not worth sending any more.
 */
export async function takeMail(tx: Tx, key: MailKey, context: MailContext): Promise<TakenMail | null> {
  const { log, clock } = context
  const now = clock.now()
  const waiting = await lockWaitingMails(tx, key.account)
  const mail = waiting.find(({ mail }) => mail === key.mail)
  if (!mail || !isDue(mail, now)) return null
  if (!isKnown(mail)) {
    log.error({ ...key, template: mail.template }, 'mail has a template that this build does not know')
    await postpone(tx, mail, { why: 'unknown template', now, waitMs: UNKNOWN_TEMPLATE_WAIT_MS })
    return null
  }
  const hopeless = whyHopeless(mail)
  if (hopeless !== null) {
    await endUnsent(tx, key, { state: 'parked', why: hopeless })
    await reportParked(tx, key, hopeless, context)
    return null
  }
  const facts = await readMailFacts(tx, key.account)
  const stale = staleReason(mail, facts, now)
  if (stale !== null) {
    await endUnsent(tx, key, { state: 'dropped', why: stale })
    return null
  }
  if (await mustWait(tx, { mail, waiting, now }, context)) return null
  const chosen = await bundleNotices(tx, { mail, waiting: waiting.filter(isKnown), facts }, context)
  return await begin(tx, { mail: chosen, facts, now }, context)
}

function isDue({ nextTryAt }: StoredMail, now: Date): boolean {
  return nextTryAt !== null && nextTryAt.getTime() <= now.getTime() + MAIL_LEASE_MS
}

function isKnown(mail: StoredMail): mail is KnownMail {
  return isMailTemplate(mail.template)
}

/** Why a mail is for a person to look at. */
function whyHopeless({ tries, template, content }: KnownMail): string | null {
  if (tries >= SENDS_MAX) return `no answer to ${tries} sends`
  return TEMPLATES[template].content.safeParse(content).success
    ? null
    : 'its content does not fit its template'
}

async function mustWait(
  tx: Tx,
  { mail, waiting, now }: { mail: StoredMail; waiting: readonly StoredMail[]; now: Date },
  { mailer, log }: MailContext,
): Promise<boolean> {
  if (!mailer) {
    log.error({ account: mail.account, mail: mail.mail }, 'mail waits: no provider is configured')
    await postpone(tx, mail, { why: 'no mail provider is configured', now, waitMs: UNCONFIGURED_WAIT_MS })
    return true
  }
  const fullUntil = await hourIsFullUntil(tx, { mail, waiting, now })
  if (fullUntil === null) return false
  const waitMs = fullUntil.getTime() - now.getTime()
  await postpone(tx, mail, { why: 'the account had its mails of this hour', now, waitMs })
  return true
}

async function postpone(
  tx: Tx,
  mail: StoredMail,
  { why, now, waitMs }: { why: string; now: Date; waitMs: number },
): Promise<void> {
  await postponeMail(tx, mail, { why, nextTryAt: notBefore(now, waitMs) })
}

/** When a mail that has to wait comes up again: a job takes what is due within a lease, so the lease is added. */
export function notBefore(now: Date, waitMs: number): Date {
  return new Date(now.getTime() + waitMs + MAIL_LEASE_MS)
}

async function begin(
  tx: Tx,
  { mail, facts, now }: { mail: KnownMail; facts: MailFacts; now: Date },
  context: MailContext,
): Promise<TakenMail> {
  const { account, mail: id, template, content, recipients, tries, createdAt } = mail
  const fixUrl = await offerFixLink(tx, { mail, now }, context)
  const rendered = renderMail(template, content, { account, timeZone: facts.timeZone, fixUrl })
  const send = await beginSend(tx, { account, mail: id }, notBefore(now, SENDING_MS))
  return { send, mail: { ...rendered, account, mail: id, to: recipients, isResend: tries > 0 }, createdAt }
}

/** Each send has a link of its own: of an earlier one only the hash is known. */
async function offerFixLink(
  tx: Tx,
  { mail, now }: { mail: KnownMail; now: Date },
  { publicUrl }: MailContext,
): Promise<string | null> {
  if (!TEMPLATES[mail.template].hasFixLink(mail.content)) return null
  const token = randomBytes(32).toString('base64url')
  await createFixLink(tx, { token, account: mail.account, topup: topupOf(mail.content) }, now)
  return `${publicUrl}/fix/${token}`
}

function topupOf(content: unknown): string | null {
  const topup = typeof content === 'object' && content !== null && 'topup' in content ? content.topup : null
  return typeof topup === 'string' ? topup : null
}
