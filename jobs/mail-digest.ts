import { isNoticeTemplate, NOTICES, type NoticeTemplate } from '../billing/mails/notices.ts'
import { staleReason } from '../billing/mails/staleness.ts'
import type { MailFacts } from '../db/mail-facts.ts'
import { endUnsent } from '../db/mail-states.ts'
import { insertMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { MailContext } from './mail-context.ts'
import type { KnownMail } from './mail-take.ts'

/** So many notices that an account is owed at once go into one mail. */
const NOTICES_MIN = 3

/**
 * Puts a notice and the others that its account is owed into one digest, when they are three or more; their own mails end
 * as dropped. Returns the mail to send: the digest, or the notice as it was. Receipts are papers and stay by themselves, as
 * does whatever may have been sent already.
 */
export async function bundleNotices(
  tx: Tx,
  { mail, waiting, facts }: { mail: KnownMail; waiting: readonly KnownMail[]; facts: MailFacts },
  { clock, newId }: MailContext,
): Promise<KnownMail> {
  const now = clock.now()
  if (!isBundled(mail)) return mail
  const fresh: Notice[] = []
  for (const other of waiting.filter(isBundled)) {
    const stale = staleReason(other, facts, now)
    if (stale === null) fresh.push(other)
    else await endUnsent(tx, other, { state: 'dropped', why: stale })
  }
  if (fresh.length < NOTICES_MIN) return mail
  const id = newId()
  const digest = {
    account: mail.account,
    template: 'digest',
    event: `digest/${id}`,
    // Of the newest: the addresses that the account has named by now.
    recipients: fresh.at(-1)?.recipients ?? mail.recipients,
    content: { notices: fresh.map(({ template, content }) => ({ template, content })) },
  } as const
  const stored = await insertMail(tx, digest, { id, now })
  if (!stored) return mail
  for (const notice of fresh) await endUnsent(tx, notice, { state: 'dropped', why: `in digest ${id}` })
  return { ...stored, template: 'digest' }
}

type Notice = KnownMail & { readonly template: NoticeTemplate }

function isBundled(mail: KnownMail): mail is Notice {
  const { template, content, state, tries } = mail
  if (!isNoticeTemplate(template) || template === 'receipt') return false
  return state === 'owed' && tries === 0 && NOTICES[template].content.safeParse(content).success
}
