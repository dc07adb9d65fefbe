import { noteFinding } from '../db/findings.ts'
import type { MailKey } from '../db/mails.ts'
import type { Tx } from '../db/transaction.ts'
import type { MailContext } from './mail-context.ts'

/** Tells the operators of a mail that was parked: nobody else will. */
export async function reportParked(
  tx: Tx,
  { account, mail }: MailKey,
  why: string,
  { log, clock, newId }: Pick<MailContext, 'log' | 'clock' | 'newId'>,
): Promise<void> {
  log.error({ account, mail }, 'mail parked')
  await noteFinding(
    tx,
    { kind: 'mail_parked', subject: `${account}/${mail}`, severity: 'warning', evidence: { why }, account },
    { id: newId(), now: clock.now() },
  )
}
