import { latestSendTimes, type StoredMail } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'

const HOUR_MS = 3_600_000
const MAILS_PER_HOUR_MAX = 10

/**
 * Until when an account has had as many mails as an hour may bring; null while it may get one more. Sends under way count:
 * they may be accepted.
 */
export async function hourIsFullUntil(
  tx: Tx,
  { mail, waiting, now }: { mail: StoredMail; waiting: readonly StoredMail[]; now: Date },
): Promise<Date | null> {
  const since = new Date(now.getTime() - HOUR_MS)
  const sent = await latestSendTimes(tx, { account: mail.account, since, limit: MAILS_PER_HOUR_MAX })
  const underWay = waiting.filter((other) => other.state === 'sending' && other.mail !== mail.mail)
  if (sent.length + underWay.length < MAILS_PER_HOUR_MAX) return null
  const oldest = sent.at(-1) ?? now
  return new Date(oldest.getTime() + HOUR_MS)
}
