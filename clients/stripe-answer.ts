import { Stripe } from 'stripe'

/**
 * What came of a request to Stripe. `unknown` means that it may or may not have been executed: only reading the object
 * tells; `isAway` when Stripe itself did not answer. `not_now` means that this very request was not executed; an earlier one with the same key may have been.
 */
export type Answer<T> =
  | { readonly kind: 'definite'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly why: string; readonly isAway: boolean }
  | { readonly kind: 'not_now'; readonly why: string }
  | { readonly kind: 'unauthorized'; readonly why: string }

/**
 * Waits for Stripe no longer than `timeoutMs`, whatever its connection does, and turns every end into an answer; nothing
 * is thrown. The SDK's own time-out does not cover a body that stalls.
 */
export async function answerOf<T>(request: Promise<T>, timeoutMs: number): Promise<Answer<T>> {
  const late = Promise.withResolvers<Answer<T>>()
  const timer = setTimeout(() => late.resolve(unknown(`no answer within ${timeoutMs} ms`)), timeoutMs)
  const answer = request.then((value): Answer<T> => ({ kind: 'definite', value }), classifyError)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The value of a definite answer, as something else. */
export function mapAnswer<From, To>(answer: Answer<From>, to: (value: From) => To): Answer<To> {
  return answer.kind === 'definite' ? { kind: 'definite', value: to(answer.value) } : answer
}

/** Anything that is not a plain refusal by Stripe leaves open what happened. */
function classifyError(error: unknown): Answer<never> {
  if (!(error instanceof Stripe.errors.StripeError)) return unknown(nameOf(error))
  const status = error.statusCode ?? 0
  // Stripe's own word for the kind of error: the SDK's `type` is the name of its class.
  const code = error.code ?? error.rawType ?? error.type
  if (status === 401 || status === 403) return { kind: 'unauthorized', why: `${status} ${code}` }
  if (status === 429) return { kind: 'not_now', why: code }
  if (status === 409) return { kind: 'unknown', why: code, isAway: false }
  if (status >= 400 && status < 500) return { kind: 'refused', code, message: error.message }
  return unknown(status > 0 ? `${status} ${error.type}` : nameOf(error))
}

function unknown(why: string): Answer<never> {
  return { kind: 'unknown', why, isAway: true }
}

/** Messages of the network layer may hold addresses, so only the kind of error is told. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error'
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name
}
