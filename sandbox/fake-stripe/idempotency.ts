import { createHash } from 'node:crypto'
import type { Clock } from '../../config/clock.ts'
import type { KeptAnswer, State } from './stripe-objects.ts'
import { turnedAway } from './stripe-refusal.ts'

const KEPT_MS = 24 * 3_600_000

export interface KeyedRequest {
  readonly key: string
  readonly method: string
  readonly path: string
  /** As sent. */
  readonly params: string
}

/** Stripe's promise for POST: a key's first answer is the answer to every request with that key, for 24 hours. */
export interface Idempotency {
  /**
   * The kept answer, or undefined when the request is to be executed: then `finish` must follow. Throws 409 while the
   * first request runs, and 400 for a request that differs from the first.
   */
  begin(request: KeyedRequest): KeptAnswer | undefined
  /** Keeps the answer; with null, the key is as if it had never been used. */
  finish(request: KeyedRequest, answer: Pick<KeptAnswer, 'body' | 'requestId' | 'status'> | null): void
}

export function createIdempotency(keys: State['keys'], clock: Clock): Idempotency {
  const inFlight = new Set<string>()
  return {
    begin(request) {
      const { key } = request
      if (inFlight.has(key)) throw keyInUse(key)
      prune(keys, clock.now().getTime())
      const kept = keys.get(key)
      if (kept) refuseDifference(kept, request)
      else inFlight.add(key)
      return kept
    },
    finish({ key, method, path, params }, answer) {
      inFlight.delete(key)
      if (!answer) return
      const { body, requestId, status } = answer
      const at = clock.now().getTime()
      keys.set(key, { at, method, path, paramsHash: hashOf(params), requestId, status, body })
    },
  }
}

export function keyInUse(key: string) {
  return turnedAway(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Stripe Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. If you want to cancel the other request, please use a different key.`,
  })
}

/** The oldest stand first, so the first that is young enough ends the search. */
function prune(keys: State['keys'], nowMs: number): void {
  for (const [key, { at }] of keys) {
    if (nowMs - at < KEPT_MS) return
    keys.delete(key)
  }
}

function refuseDifference(kept: KeptAnswer, { key, method, path, params }: KeyedRequest): void {
  const isSamePlace = kept.method === method && kept.path === path
  if (isSamePlace && kept.paramsHash === hashOf(params)) return
  const rule = isSamePlace
    ? 'Keys for idempotent requests can only be used with the same parameters they were first used with.'
    : `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${kept.path}').`
  throw turnedAway(400, {
    type: 'idempotency_error',
    message: `${rule} Try using a key other than '${key}' if you meant to execute a different request.`,
  })
}

function hashOf(params: string): string {
  return createHash('sha256').update(params).digest('base64')
}
