import type { SendOutcome } from '../clients/send-grid-outcome.ts'
import {
  type MailSend,
  recordAccepted,
  recordNotTaken,
  recordParked,
  recordUnknown,
} from '../db/mail-states.ts'
import type { Tx } from '../db/transaction.ts'
import type { MailContext } from './mail-context.ts'
import { reportParked } from './mail-parked.ts'
import { notBefore, type TakenMail } from './mail-take.ts'

const BACKOFF_MIN_MS = 30_000
const BACKOFF_MAX_MS = 3_600_000
const UNAUTHORIZED_WAIT_MS = 5 * 60_000

/** Writes down what became of a send. A send that was overtaken meanwhile changes nothing, unless it was accepted. */
export async function recordOutcome(
  tx: Tx,
  { taken, outcome }: { taken: TakenMail; outcome: SendOutcome },
  context: Pick<MailContext, 'log' | 'clock' | 'newId'>,
): Promise<void> {
  const { send } = taken
  const { log, clock } = context
  const now = clock.now()
  const ids = { account: send.account, mail: send.mail }
  switch (outcome.kind) {
    case 'accepted':
      return await recordAccepted(tx, send, { providerId: outcome.providerId, at: now })
    case 'try_later': {
      const waitMs = Math.max(outcome.afterMs ?? 0, backoffMs(taken, now))
      log.warn({ ...ids, waitMs }, 'mail provider takes nothing at the moment')
      return await recordNotTaken(tx, send, { why: outcome.why, nextTryAt: notBefore(now, waitMs) })
    }
    case 'unauthorized': {
      log.error(ids, 'mail provider refuses the key: mails wait')
      const nextTryAt = notBefore(now, UNAUTHORIZED_WAIT_MS)
      return await recordNotTaken(tx, send, { why: outcome.why, nextTryAt })
    }
    case 'refused':
      return await park(tx, send, outcome.why, context)
    case 'unknown':
      if (send.tries > 1) {
        return await park(tx, send, `no answer to ${send.tries} sends: ${outcome.why}`, context)
      }
      log.warn(ids, 'mail provider did not answer: the mail is sent once more unless an event tells of it')
      return await recordUnknown(tx, send, outcome.why)
  }
}

async function park(
  tx: Tx,
  send: MailSend,
  why: string,
  context: Pick<MailContext, 'log' | 'clock' | 'newId'>,
): Promise<void> {
  if (await recordParked(tx, send, why)) await reportParked(tx, send, why, context)
}

/** As long as the mail has waited already, so that the waits double. */
function backoffMs({ createdAt }: TakenMail, now: Date): number {
  const waitedMs = now.getTime() - createdAt.getTime()
  return Math.min(Math.max(waitedMs, BACKOFF_MIN_MS), BACKOFF_MAX_MS)
}
