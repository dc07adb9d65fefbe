import { type ApiKeys, checkApiKey, refusalOf } from './door.ts'
import { expanded } from './expand.ts'
import type { TakenFault } from './faults.ts'
import { type Form, parseForm } from './form.ts'
import type { Idempotency } from './idempotency.ts'
import { API_VERSION, type Merchant } from './merchant.ts'
import { refuseUnknown, texts } from './params.ts'
import type { Call, Route } from './route.ts'
import { findRoute } from './routes.ts'
import type { StateSaver } from './state-file.ts'
import { StripeRefusal } from './stripe-refusal.ts'

/** A request as it came over the wire. */
export interface Incoming {
  readonly method: string
  readonly path: string
  /** The query of a GET, the body of a POST. */
  readonly params: string
  readonly authorization: string | undefined
  readonly key: string | undefined
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface AnswerParts {
  readonly merchant: Merchant
  readonly keys: ApiKeys
  readonly idempotency: Idempotency
  readonly saver: StateSaver
  /** Throws for a request that comes too fast. */
  admit(): void
}

/** Does what a request asks, as far as its fault allows, and gives Stripe's answer. What was done is saved before. */
export async function answerRequest(
  parts: AnswerParts,
  incoming: Incoming,
  taken: TakenFault | undefined,
): Promise<Reply> {
  const { merchant, keys } = parts
  const requestId = merchant.newId('req')
  const reply = ({ status, body }: Pick<Outcome, 'body' | 'status'>, extra = {}): Reply => ({
    status,
    body,
    headers: { ...headersOf(incoming, status), 'request-id': requestId, ...extra },
  })
  try {
    const refusal = refusalOf(taken?.fault, incoming.key ?? '')
    if (refusal) throw refusal
    parts.admit()
    const { route, id } = findRoute(incoming)
    const params = parseForm(incoming.params)
    const { authorization } = incoming
    checkApiKey(keys, { authorization, params, route, id, state: merchant.state })

    const keyed = keyedRequest(incoming)
    const kept = keyed && parts.idempotency.begin(keyed)
    if (kept) return reply(kept, { 'idempotent-replayed': 'true', 'original-request': kept.requestId })
    if (taken?.fault === 'hang_before') await taken.released
    merchant.request = { id: requestId, idempotency_key: incoming.key ?? null }
    const outcome = outcomeOf(route, { merchant, id, params }, taken)
    if (keyed) parts.idempotency.finish(keyed, outcome.isKept ? { ...outcome, requestId } : null)
    if (route.method === 'POST') await parts.saver.saved()
    return reply(outcome)
  } catch (error) {
    return reply(errorOutcome(error))
  }
}

/** Keys have an effect on POST alone. */
function keyedRequest({ method, path, params, key }: Incoming) {
  return method === 'POST' && key !== undefined ? { method, path, params, key } : undefined
}

interface Outcome {
  readonly status: number
  readonly body: string
  /** Whether the idempotency key keeps it. */
  readonly isKept: boolean
}

function outcomeOf(route: Route, call: Call, taken: TakenFault | undefined): Outcome {
  if (taken?.fault === 'error_500_before') return SERVER_ERROR
  const outcome = run(route, call)
  return taken?.fault === 'error_500_after' ? SERVER_ERROR : outcome
}

function run(route: Route, call: Call): Outcome {
  const { key: _publishableKey, expand: _expand, ...params } = call.params
  try {
    refuseUnknown(params, route.params)
    const answer = route.run({ ...call, params })
    return {
      status: 200,
      body: text(expanded(call.merchant.state, answer, pathsIn(call.params))),
      isKept: true,
    }
  } catch (error) {
    return errorOutcome(error)
  }
}

function pathsIn(params: Form): readonly string[] {
  return texts(params, 'expand') ?? []
}

function errorOutcome(error: unknown): Outcome {
  if (!(error instanceof StripeRefusal)) throw error
  return { status: error.status, body: text({ error: error.body }), isKept: error.reachedEndpoint }
}

const SERVER_ERROR: Outcome = {
  status: 500,
  body: text({ error: { type: 'api_error', message: 'An unknown error occurred' } }),
  isKept: true,
}

function headersOf({ key }: Incoming, status: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'stripe-version': API_VERSION,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(status === 402 ? { 'stripe-should-retry': 'false' } : {}),
  }
}

function text(answer: object): string {
  return JSON.stringify(answer, null, 2)
}
