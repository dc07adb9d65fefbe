import { z } from 'zod'
import { inTransaction } from '../db/transaction.ts'
import { defineJob } from './define-job.ts'
import { recordOutcome } from './mail-outcome.ts'
import { takeMail } from './mail-take.ts'

/**
 * Sends one mail that an account is owed, if it is still worth sending. That it is being sent is committed before the
 * provider is called, so running twice sends once: the second run finds it sent, or in hand. SendGrid knows no idempotency
 * keys: after an answer that never came, or dying half-way, the mail is sent once more, marked as a repetition, unless an
 * event tells meanwhile that it was taken; when that gets no answer either it is parked for a person. So an address may
 * get a mail twice, and never three times.
 */
export const sendMail = defineJob({
  name: 'send-mail',
  queue: 'mail',
  attempts: 5,
  timeoutMs: 50_000,
  payload: z.object({ v: z.literal(1), account: z.string(), mail: z.uuid() }),

  async run(key, context) {
    const { db, mailer } = context
    const taken = await inTransaction(db, (tx) => takeMail(tx, key, context))
    if (!taken || !mailer) return
    const outcome = await mailer.send(taken.mail)
    await inTransaction(db, (tx) => recordOutcome(tx, { taken, outcome }, context))
  },
})
