import type { z } from 'zod'
import type { WebhookSender } from '../clients/outgoing-webhook.ts'
import type { Mailer } from '../clients/send-grid.ts'
import type { StripeClient } from '../clients/stripe.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Log } from '../config/logger.ts'
import type { Db } from '../db/connect.ts'
import type { CommitUsage } from './commit-usage.ts'
import type { RateBook } from './rate-book.ts'

/** What a job may use; a job has no globals. */
export interface JobContext {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  readonly rateBook: RateBook
  /** Null where no card can be charged, because Stripe is not configured. */
  readonly stripe: StripeClient | null
  /** Null where mails wait, because no provider is configured. */
  readonly mailer: Mailer | null
  /** Tells those who subscribed of changes of service. */
  readonly webhooks: WebhookSender
  /** Where customers find the product, without a slash at the end. */
  readonly publicUrl: string
  /** Hands a job to its queue at once. It may be lost: what is owed stands in Postgres, and is swept. */
  readonly wake: Wake
  /** Rates a batch of so many records when the group commit of the worker has room for it. */
  readonly rateInTurn: <T>(records: number, rate: () => Promise<T>) => Promise<T>
  /** Joins the group commit of the worker. */
  readonly commitUsage: CommitUsage
}

export type Wake = (job: JobName, payload: JobPayload) => Promise<void>

/** Ids and a version: the row in Postgres is the truth. */
export type JobPayload = Readonly<Record<string, string | number>>

/** Jobs that are woken by others. */
export type JobName =
  | 'recharge-account'
  | 'renew-account'
  | 'advance-topup'
  | 'apply-stripe-event'
  | 'reconcile-payments'
  | 'send-mail'
  | 'run-nightly'
  | 'update-service-state'
  | 'deliver-service-events'
  | 'rerate-unrated'

interface JobDefinition<Payload> {
  /** Verb-noun; the name on the queue. */
  readonly name: string
  readonly queue: QueueName
  /** `until-done` is retried without end, with a capped back-off; a number is how often it is tried. */
  readonly attempts: 'until-done' | number
  readonly timeoutMs: number
  /** The payload's `v` and shape. */
  readonly payload: z.ZodType<Payload>
  run(payload: Payload, ctx: JobContext): Promise<void>
  /** Keeps a payload that can never be worked; without it such a job fails and stays on the queue's failed list. */
  park?(payload: unknown, reason: ParkReason, ctx: JobContext): Promise<void>
}

/** A job: its payload, its name, how it is retried, and its work. */
export interface Job extends Omit<JobDefinition<never>, 'payload' | 'run'> {
  /** Checks a payload as it came from the queue: either its work, ready to run, or what is wrong with it. */
  prepare(data: unknown): { readonly run: (ctx: JobContext) => Promise<void> } | { readonly fault: string }
}

export function defineJob<Payload>({ payload, run, ...job }: JobDefinition<Payload>): Job {
  return {
    ...job,
    prepare: (data) => {
      const parsed = payload.safeParse(data)
      if (parsed.success) return { run: (ctx) => run(parsed.data, ctx) }
      return {
        fault: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      }
    },
  }
}

export interface ParkReason {
  readonly code: 'invalid_job' | 'worker_killer'
  readonly message: string
}

/** `usage` stands for all of `usage-0` … `usage-(n-1)`. */
export type QueueName = 'usage' | 'recharge' | 'topup' | 'stripe' | 'mail' | 'nightly' | 'service' | 'webhook'
