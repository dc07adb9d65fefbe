import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Clock, NewId } from '../config/clock.ts'
import type { Log } from '../config/logger.ts'
import type { Db } from '../db/connect.ts'
import type { PaymentDeps } from '../jobs/payment-deps.ts'
import type { QueueMonitor } from '../jobs/queue-monitor.ts'
import type { RateBook } from '../jobs/rate-book.ts'
import type { Metrics } from './metrics.ts'
import { readQuery } from './parameters.ts'
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
  /** Null where no card can be charged, because Stripe is not configured. */
  readonly payments: PaymentDeps | null
  readonly stripe: StripeSetup | null
  /** Base64 of the DER, as SendGrid shows it; null where no mail provider is configured. */
  readonly sendGridWebhookKey: string | null
}

interface RouteDefinition<Query> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As Fastify has it; `:account` is the account that the call is about. */
  readonly path: string
  /** What it does, for the OpenAPI document. */
  readonly summary: string
  /** What a service key needs to call it; null where no key is asked for. */
  readonly scope: Scope | null
  /** The parameters it takes, and no others. */
  readonly query: z.ZodType<Query>
  /** What it takes as a body, by media type; documentation, since a handler reads the body itself. */
  readonly body?: Content
  /** Takes a body of any type, as the bytes that were sent: see `rawBodyOf`. */
  readonly rawBody?: true
  /** Headers that it reads beside those of every call; documentation too. */
  readonly headers?: readonly HeaderParameter[]
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
  readonly status: 200 | 201 | 202 | 204
  /** Empty for 204. */
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
      return await handle({ query, request, reply }, context)
    },
  }
}
