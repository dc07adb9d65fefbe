import { onTestFinished } from 'vitest'
import type { MailContent, MailTemplate } from '../../billing/mails/templates.ts'
import { createMailer, type Mailer } from '../../clients/send-grid.ts'
import { systemNewId } from '../../config/clock.ts'
import { intendMail, loadMail, type MailKey } from '../../db/mails.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { sendMail } from '../../jobs/send-mail.ts'
import type { EventWebhook } from '../../sandbox/fake-sendgrid/events.ts'
import { startFakeSendGrid } from '../../sandbox/fake-sendgrid/start.ts'
import { LogLines } from './pipeline.ts'
import { setup } from './setup.ts'
import { openAccounts } from './usage.ts'

export const API_KEY = 'SG.test-key'
export const PUBLIC_URL = 'https://billing.example.com'
const TIMEOUT_MS = 20_000

/** Two accounts whose auto-recharge fails, a fake SendGrid, and the job that sends mail through it. */
export async function setupMails(webhook: EventWebhook | null = null) {
  const base = await setup()
  const { db, clock } = base
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  await db
    .insertInto('auto_recharges')
    .values(['acct_a', 'acct_b'].map((id) => ({ account_id: id, updated_at: clock.now() })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const fake = await startFakeSendGrid({ port: 0, apiKey: API_KEY, webhook, clock })
  onTestFinished(() => fake.stop())
  const mailer = mailerTo(fake.url, clock)
  const logged = new LogLines()
  const context = (mailerOfJob: Mailer | null): JobContext => ({
    db,
    clock,
    log: logged.log,
    newId: systemNewId,
    mailer: mailerOfJob,
    publicUrl: PUBLIC_URL,
    rateBook: createRateBook(db),
    stripe: null,
    webhooks: { send: unused },
    wake: unused,
    rateInTurn: unused,
    commitUsage: unused,
  })
  const setFailing = (since: Date | null) =>
    db.updateTable('auto_recharges').set({ failing_since: since }).execute()
  await setFailing(clock.now())
  return {
    ...base,
    fake,
    mailer,
    logged,
    setFailing,
    /** Owes acct_a a mail; the event is its own. */
    owe: async <Template extends MailTemplate>(
      template: Template,
      content: MailContent<Template>,
      fields: { account?: string; event?: string; recipients?: string[] } = {},
    ): Promise<MailKey> => {
      const id = systemNewId()
      const account = fields.account ?? 'acct_a'
      const recipients = fields.recipients ?? ['owner@example.com']
      const mail = { account, template, event: fields.event ?? `test/${id}`, recipients, content }
      await inTransaction(db, (tx) => intendMail(tx, mail, { newId: () => id, now: clock.now() }))
      return { account, mail: id }
    },
    /** Runs the job as the queue does: its payload goes through JSON. */
    run: async (key: MailKey, mailerOfJob: Mailer | null = mailer) => {
      const prepared = sendMail.prepare(JSON.parse(JSON.stringify({ v: 1, ...key })))
      if ('fault' in prepared) throw new Error(prepared.fault)
      await prepared.run(context(mailerOfJob))
    },
    stored: async (key: MailKey) => {
      const mail = await loadMail(db, key)
      if (!mail) throw new Error('there is no such mail')
      return mail
    },
  }
}

function unused(): Promise<never> {
  return Promise.reject(new Error('sending a mail does not use this'))
}

export function mailerTo(url: string, clock: { now(): Date }, timeoutMs = TIMEOUT_MS): Mailer {
  return createMailer({
    apiKey: API_KEY,
    apiBase: url,
    from: 'Ringledger <billing@example.com>',
    timeoutMs,
    clock,
  })
}

const CARD = { brand: 'visa', last4: '4242' }
const AT = '2026-03-02T12:00:00.000Z'
const TOPUP = '0b3c1f6e-58a1-4c0e-9a37-1f4f6a1f9d11'

export const FAILED = {
  amount: '75.000000',
  reason: 'insufficient_funds',
  card: CARD,
  balance: '3.000000',
  failedAt: AT,
  nextTryAt: null,
  topup: TOPUP,
} as const satisfies MailContent<'recharge_failed'>

export const RECEIPT = {
  topup: TOPUP,
  origin: 'auto',
  amount: '75.000000',
  balance: '78.000000',
  card: CARD,
  paidAt: AT,
  requestedBy: null,
} as const satisfies MailContent<'receipt'>

export const LOW = {
  level: '5.000000',
  balance: '3.000000',
  autoRecharge: 'on',
  at: AT,
} as const satisfies MailContent<'low_balance'>
