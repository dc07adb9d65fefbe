/** What became of one send. */
export type SendOutcome =
  /** Taken for delivery, which may still fail. */
  | { readonly kind: 'accepted'; readonly providerId: string | null }
  /** Surely not taken; `afterMs` is how long the provider wants to be left alone, if it says. */
  | { readonly kind: 'try_later'; readonly afterMs: number | null; readonly why: string }
  /** May have been taken: no answer came. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** Not taken, nor will it be as it is. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The key is wrong, or may not send. */
  | { readonly kind: 'unauthorized'; readonly why: string }

/**
 * What an error of the SDK says about a send. Without a definite answer the outcome is unknown, unless the request cannot
 * have left.
 */
export function outcomeOfError(error: unknown, now: Date): SendOutcome {
  const answer = answerIn(error)
  if (answer) return outcomeOfAnswer(answer, now)
  const code = textIn(error, 'code')
  const message = textIn(error, 'message') ?? String(error)
  const why = code === null ? message : `${code}: ${message}`
  // The SDK refuses a malformed mail itself, by an error that is none of its HTTP client's.
  if (!isObject(error) || error['isAxiosError'] !== true) return { kind: 'refused', why }
  return NEVER_LEFT.has(code ?? '') ? { kind: 'try_later', afterMs: null, why } : { kind: 'unknown', why }
}

/** Faults of finding the server or connecting to it, before anything is sent. */
const NEVER_LEFT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

interface Answer {
  readonly status: number
  readonly headers: unknown
  readonly body: unknown
}

/** The SDK puts the answer of 4xx and 5xx into an error of its own; its HTTP client rejects others by itself. */
function answerIn(error: unknown): Answer | null {
  if (!isObject(error) || !isObject(error['response'])) return null
  const { response, code } = error
  const status = typeof code === 'number' ? code : response['status']
  if (typeof status !== 'number') return null
  return { status, headers: response['headers'], body: response['body'] ?? response['data'] }
}

function outcomeOfAnswer({ status, headers, body }: Answer, now: Date): SendOutcome {
  const why = `answered ${status}${describeBody(body)}`
  if (status === 401 || status === 403) return { kind: 'unauthorized', why }
  if (status === 429) return { kind: 'try_later', afterMs: resetMs(headers, now), why }
  // 3xx: something in between; the request was not worked on.
  if (status >= 500 || status < 400 || status === 408) return { kind: 'try_later', afterMs: null, why }
  return { kind: 'refused', why }
}

/** SendGrid's own words, `{ errors: [{ message, field }] }`; anything else is not repeated. */
function describeBody(body: unknown): string {
  const errors = isObject(body) && Array.isArray(body['errors']) ? body['errors'] : []
  const messages = errors.flatMap((error: unknown) => {
    const message = textIn(error, 'message')
    const field = textIn(error, 'field')
    return message === null ? [] : [field === null ? message : `${field}: ${message}`]
  })
  return messages.length > 0 ? `: ${messages.join('; ').slice(0, 300)}` : ''
}

/** `X-RateLimit-Reset` is a Unix time in seconds, `Retry-After` a number of seconds. */
function resetMs(headers: unknown, now: Date): number | null {
  const resetAt = numberIn(headers, 'x-ratelimit-reset')
  if (resetAt !== null) return Math.max(0, resetAt * 1_000 - now.getTime())
  const afterSeconds = numberIn(headers, 'retry-after')
  return afterSeconds === null ? null : afterSeconds * 1_000
}

function numberIn(headers: unknown, name: string): number | null {
  const text = textIn(headers, name)
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null
}

function textIn(value: unknown, name: string): string | null {
  const found = isObject(value) ? value[name] : null
  return typeof found === 'string' ? found : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
