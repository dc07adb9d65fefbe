import { expect, onTestFinished } from 'vitest'
import { centsToMicros } from '../../billing/money.ts'
import type { Mailer } from '../../clients/send-grid.ts'
import { createStripeClient } from '../../clients/stripe.ts'
import type { Db } from '../../db/connect.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { readTopup, type Topup } from '../../db/topups.ts'
import type { JobContext, JobName, JobPayload } from '../../jobs/define-job.ts'
import { jobs } from '../../jobs/index.ts'
import { type PayNowResult, payNow } from '../../jobs/pay-now.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { startFakeSendGrid } from '../../sandbox/fake-sendgrid/start.ts'
import { sweepOwed } from '../../workers/sweeper.ts'
import type { FakeClock } from './fake-clock.ts'
import { API_KEY, mailerTo } from './mails.ts'
import { type Payments, STRIPE_KEY, setupPayments, usd } from './payments.ts'
import type { Setup } from './setup.ts'

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Confirmations of a payment: the requests that move money. */
export const CONFIRM = { method: 'POST', path: /^\/v1\/payment_intents\/[^/]+\/confirm$/ } as const
export const CREATE = { method: 'POST', path: '/v1/payment_intents' } as const
export const CANCEL = { method: 'POST', path: /\/cancel$/ } as const
export const READ = { method: 'GET', path: /^\/v1\/payment_intents\/[^/]+$/ } as const

/** More looks than anything that comes to rest can need at one moment. */
const ROUNDS_MAX = 50

export interface PaymentFaults extends Payments {
  /** Does what scheduler and workers do about all that is due at this moment. */
  sweep(): Promise<void>
  /** Lets time pass and does what falls due in it, each at its time. */
  pass(durationMs: number): Promise<void>
  /** Jobs that failed, by their name. */
  readonly failedJobs: string[]
  payNow(amount?: string, idempotencyKey?: string, account?: string): Promise<PayNowResult>
  topup(id: string | null): Promise<Topup | null>
  topups(account?: string): Promise<string[]>
  /** The status of each attempt, in order. */
  attempts(account?: string): Promise<string[]>
  mails(account?: string): Promise<string[]>
  /** Payments of which money was taken. */
  captures(): number
}

/** Payments with a scheduler and workers that work only when the test lets time pass. */
export async function setupPaymentFaults({
  settingUp,
  answerTimeoutMs,
  sendsMail = false,
}: {
  settingUp?: Promise<Setup>
  answerTimeoutMs?: number
  /** Mail goes out too, to a provider that takes it all. */
  sendsMail?: boolean
} = {}): Promise<PaymentFaults> {
  const payments = await setupPayments(settingUp)
  const { db, clock, stripe } = payments
  const settings = { secretKey: STRIPE_KEY, apiBase: stripe.url }
  const client = createStripeClient(
    answerTimeoutMs === undefined ? settings : { ...settings, answerTimeoutMs },
  )
  const deps: PaymentDeps = { ...payments.deps, stripe: client }
  const failedJobs: string[] = []
  const mailer = sendsMail ? await startMailer(clock) : null
  const work = jobRunner({ ...deps, mailer }, failedJobs)
  const sweep = () => sweepUntilDone(deps, { work, sendsMail })
  return {
    ...payments,
    deps,
    failedJobs,
    sweep,
    pass: async (durationMs) => {
      const end = clock.now().getTime() + durationMs
      for (;;) {
        await sweep()
        const next = await nextDue(payments, sendsMail)
        if (next === null || next.getTime() > end) break
        clock.set(new Date(Math.max(next.getTime(), clock.now().getTime())).toISOString())
      }
      clock.set(new Date(end).toISOString())
      await sweep()
    },
    payNow: (amount = '20', idempotencyKey = 'click-1', account = 'acct_a') =>
      payNow(deps, { account, amount: usd(amount), idempotencyKey, requestedBy: 'pat@example.com' }),
    recharge: async (account = 'acct_a') => {
      await work('recharge-account', { v: 1, account })
      const row = await db
        .selectFrom('topups')
        .select('id')
        .where('account_id', '=', account)
        .where('settled_at', 'is', null)
        .executeTakeFirst()
      const last = await db
        .selectFrom('topups')
        .select('id')
        .where('account_id', '=', account)
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.id ?? last?.id ?? null
    },
    topup: async (id) => (id === null ? null : await readTopup(db, { account: 'acct_a', id })),
    topups: async (account = 'acct_a') => {
      const rows = await db
        .selectFrom('topups')
        .select('status')
        .where('account_id', '=', account)
        .orderBy('created_at')
        .execute()
      return rows.map(({ status }) => status)
    },
    attempts: async (account = 'acct_a') => {
      const rows = await db
        .selectFrom('topup_attempts')
        .select('status')
        .where('account_id', '=', account)
        .orderBy('created_at')
        .orderBy('number')
        .execute()
      return rows.map(({ status }) => status)
    },
    mails: async (account = 'acct_a') => {
      const rows = await db
        .selectFrom('mails')
        .select('template')
        .where('account_id', '=', account)
        .orderBy('created_at')
        .execute()
      return rows.map(({ template }) => template)
    },
    captures: () =>
      [...stripe.state.paymentIntents.values()].filter(({ status }) => status === 'succeeded').length,
  }
}

/** Nothing is open, owed or unproved, and Stripe has taken from each account what its ledger says. */
export async function expectAtRest(payments: Payments): Promise<void> {
  const { db } = payments
  expect(
    await db.selectFrom('topups').select(['id', 'status']).where('settled_at', 'is', null).execute(),
  ).toEqual([])
  expect(
    await db.selectFrom('topup_attempts').select('topup_id').where('settled_at', 'is', null).execute(),
  ).toEqual([])
  expect(await unprocessedEvents(db)).toEqual([])
  expect(await checkInvariants(db)).toEqual([])
  await expectSameMoneyEverywhere(payments)
}

/** Events that came from Stripe and are still to be applied. */
export async function unprocessedEvents(db: Db): Promise<readonly unknown[]> {
  return await db
    .selectFrom('stripe_events')
    .select(['id', 'type'])
    .where('processed_at', 'is', null)
    .execute()
}

async function expectSameMoneyEverywhere({ db, stripe }: Payments): Promise<void> {
  const rows = await db
    .selectFrom('accounts as a')
    .leftJoin('entries as e', (join) =>
      join.onRef('e.account_id', '=', 'a.id').on('e.contra', '=', 'clearing:stripe'),
    )
    .select(({ fn }) => ['a.id', fn.sum<string | null>('e.amount_micros').as('micros')])
    .groupBy('a.id')
    .execute()
  const ours = rows.map(({ id, micros }) => ({ account: id, micros: BigInt(micros ?? 0) }))
  const theirs = rows.map(({ id }) => {
    const customer = { metadata: { ringledger_account: id } }
    const cents = stripe.ledger.captured(customer) - stripe.ledger.returned(customer)
    return { account: id, micros: centsToMicros(cents) as bigint }
  })
  expect(ours).toEqual(theirs)
}

type Work = (name: JobName, payload: JobPayload) => Promise<void>

async function startMailer(clock: FakeClock): Promise<Mailer> {
  const fake = await startFakeSendGrid({ port: 0, apiKey: API_KEY, webhook: null, clock })
  onTestFinished(() => fake.stop())
  return mailerTo(fake.url, clock)
}

function jobRunner(deps: PaymentDeps & { mailer: Mailer | null }, failedJobs: string[]): Work {
  const unused = () => Promise.reject(new Error('no payment needs this'))
  const work: Work = async (name, payload) => {
    const prepared = jobs.find((job) => job.name === name)?.prepare(JSON.parse(JSON.stringify(payload)))
    if (!prepared || 'fault' in prepared) throw new Error(`job ${name} cannot be run`)
    try {
      await prepared.run(context)
    } catch (error) {
      deps.log.warn({ err: error }, 'job failed')
      failedJobs.push(name)
    }
  }
  const context: JobContext = {
    ...deps,
    webhooks: { send: unused },
    publicUrl: 'https://billing.example.com',
    rateBook: createRateBook(deps.db),
    wake: work,
    rateInTurn: unused,
    commitUsage: unused,
  }
  return work
}

/** Reconciliations are left to tests that are about them. */
async function sweepUntilDone(
  { db, log, clock }: PaymentDeps,
  { work, sendsMail }: { work: Work; sendsMail: boolean },
): Promise<void> {
  const leftOut = new Set<JobName>(sendsMail ? ['reconcile-payments'] : ['reconcile-payments', 'send-mail'])
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const due: { name: JobName; payload: JobPayload }[] = []
    const wake = (name: JobName, payload: JobPayload) => Promise.resolve(void due.push({ name, payload }))
    await sweepOwed({ db, log, clock, wake })
    const wanted = due.filter(({ name }) => !leftOut.has(name))
    for (const { name, payload } of wanted) await work(name, payload)
    if (wanted.length === 0) return
  }
  throw new Error(`something is due again and again at ${clock.now().toISOString()}`)
}

async function nextDue({ db }: Payments, sendsMail: boolean): Promise<Date | null> {
  const topup = db.selectFrom('topups').select('next_check_at as at').where('settled_at', 'is', null)
  const wake = db.selectFrom('auto_recharges').select('wake_at as at')
  const event = db.selectFrom('stripe_events').select('next_try_at as at').where('processed_at', 'is', null)
  const mail = db.selectFrom('mails').select('next_try_at as at')
  const payments = topup.unionAll(wake).unionAll(event)
  const rows = await (sendsMail ? payments.unionAll(mail) : payments).execute()
  const times = rows.flatMap(({ at }) => (at ? [at.getTime()] : []))
  return times.length === 0 ? null : new Date(Math.min(...times))
}
