import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { WebhookRules } from '../billing/webhook-address.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Log } from '../config/logger.ts'
import type { RateLimits } from '../config/page-config.ts'
import type { Db } from '../db/connect.ts'
import type { HoldDesk } from '../jobs/hold-desk.ts'
import type { PaymentDeps } from '../jobs/payment-deps.ts'
import type { QueueMonitor } from '../jobs/queue-monitor.ts'
import type { RateBook } from '../jobs/rate-book.ts'
import type { KeyMemory } from './key-memory.ts'
import type { Metrics } from './metrics.ts'
import type { OpsSetup } from './ops/ops-setup.ts'
import type { PageSetup } from './page-setup.ts'
import { readQuery } from './parameters.ts'
import type { ProblemKind } from './problem.ts'
import { answerOnce } from './repeat-answer.ts'
import type { Scope } from './service-key.ts'
import type { StripeSetup } from './stripe-setup.ts'
import type { UsageIngest } from './usage-ingest.ts'
import type { JobWaker } from './wake-jobs.ts'

/** What a route may use; a route has no globals. */
export interface WebContext {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  readonly ingest: UsageIngest
  readonly queues: QueueMonitor
  readonly metrics: Metrics
  readonly waker: JobWaker
  readonly rateBook: RateBook
  readonly holdDesk: HoldDesk
  readonly keys: KeyMemory
  /** Null where no card can be charged, because Stripe is not configured. */
  readonly payments: PaymentDeps | null
  readonly stripe: StripeSetup | null
  /** Base64 of the DER, as SendGrid shows it; null where no mail provider is configured. */
  readonly sendGridWebhookKey: string | null
  readonly ops: OpsSetup
  /** Where outgoing webhooks may be sent. */
  readonly webhookRules: WebhookRules
  readonly page: PageSetup
  /** Networks of proxies that are believed for whom they ask. */
  readonly trustedProxies: readonly string[]
  readonly rateLimits: RateLimits
}

interface RouteDefinition<Query> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As Fastify has it; `:account` is the account that the call is about. */
  readonly path: string
  /** What it does, for the OpenAPI document. */
  readonly summary: string
  /** The same at length, where a reader of the document needs more. */
  readonly description?: string
  /** What a service key needs to call it; null where no key is asked for. */
  readonly scope: Scope | null
  /**
   * What a customer's session needs to call it for its own account: `read` every one has, `manage` managers only. Left
   * out, no customer may.
   */
  readonly customers?: 'read' | 'manage'
  /** `high` for what a telephony stack calls all the time; `none` for probes and what its sender has signed. */
  readonly rateLimit?: 'high' | 'none'
  /** The parameters it takes, and no others. */
  readonly query: z.ZodType<Query>
  /** What it takes as a body, by media type; documentation, since a handler reads the body itself. */
  readonly body?: Content
  /** Takes a body of any type, as the bytes that were sent: see `rawBodyOf`. */
  readonly rawBody?: true
  /**
   * Its answer is kept under the account and the client's Idempotency-Key, and repeated: for what has no natural key of
   * its own. `required` where money moves.
   */
  readonly idempotency?: 'required' | 'optional'
  /** Headers that it reads beside those of every call; documentation too. */
  readonly headers?: readonly HeaderParameter[]
  /**
   * The problems that it alone may answer with, with their status where it is another than usual; those of every call of
   * its kind are known.
   */
  readonly problems?: readonly (ProblemKind | readonly [ProblemKind, number])[]
  /** Its answer when all is well. */
  readonly answers: Answers
  /** What it answers instead, where all is well in another way. */
  readonly otherwise?: Answers
  /** How long an answer may take; the default is that of the server. */
  readonly timeoutMs?: number
  /** Answers with the body, or with `reply` where it sends one itself. */
  handle(call: Call<Query>, context: WebContext): Promise<unknown>
}

export interface Answers {
  readonly status: 200 | 201 | 202 | 204 | 303
  /** Empty for 204 and 303. */
  readonly content: Content
}

export interface HeaderParameter {
  readonly name: string
  readonly isRequired: boolean
  readonly summary: string
}

export type Content = Readonly<Record<string, z.ZodType>>

export interface Call<Query> {
  readonly query: Query
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** One method of one address. */
export interface Route extends Omit<RouteDefinition<never>, 'query' | 'handle'> {
  readonly query: z.ZodType
  /** Checks the parameters and answers. */
  answer(request: FastifyRequest, reply: FastifyReply, context: WebContext): Promise<unknown>
}

export function defineRoute<Query>({ handle, ...route }: RouteDefinition<Query>): Route {
  return {
    ...route,
    answer: async (request, reply, context) => {
      const query = readQuery(route.query, request.query)
      reply.code(route.answers.status)
      const run = () => handle({ query, request, reply }, context)
      if (route.idempotency === undefined) return await run()
      const needsKey = route.idempotency === 'required'
      return await answerOnce(context, { request, reply, needsKey }, run)
    },
  }
}
