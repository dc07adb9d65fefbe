import type { Clock } from '../../config/clock.ts'
import type { Fault } from './faults.ts'
import type { Form } from './form.ts'
import { keyInUse } from './idempotency.ts'
import { text } from './params.ts'
import type { Route } from './route.ts'
import type { State } from './stripe-objects.ts'
import { type StripeRefusal, turnedAway } from './stripe-refusal.ts'

export interface ApiKeys {
  readonly secret: readonly string[]
  /** Known keys that may do nothing. */
  readonly restricted: readonly string[]
  /** For browsers: only what a client secret opens. */
  readonly publishable: readonly string[]
}

/** Throws for a request whose API key does not open this endpoint: 401, or 403 for a key without the right. */
export function checkApiKey(keys: ApiKeys, { authorization, params, route, id, state }: KeyedCall): void {
  const key = apiKeyIn(authorization) ?? text(params, 'key') ?? ''
  if (keys.secret.includes(key)) return
  if (keys.restricted.includes(key)) throw forbidden(key)
  if (!keys.publishable.includes(key)) throw unknownKey(key)
  if (!route.fromBrowser) {
    throw turnedAway(401, {
      type: 'invalid_request_error',
      code: 'secret_key_required',
      message:
        'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    })
  }
  const object = state.paymentIntents.get(id) ?? state.setupIntents.get(id)
  if (!object || object.client_secret === text(params, 'client_secret')) return
  throw turnedAway(401, {
    type: 'invalid_request_error',
    code: 'client_secret_invalid',
    message: 'The client_secret provided does not match the client_secret associated with this object.',
  })
}

interface KeyedCall {
  readonly authorization: string | undefined
  readonly params: Form
  readonly route: Route
  readonly id: string
  readonly state: State
}

/** `Bearer <key>`, or the key as the user name of Basic. */
function apiKeyIn(authorization: string | undefined): string | undefined {
  const [scheme, credentials = ''] = (authorization ?? '').split(' ')
  if (scheme === 'Bearer') return credentials
  if (scheme === 'Basic') return Buffer.from(credentials, 'base64').toString().split(':')[0]
  return undefined
}

function unknownKey(key: string): StripeRefusal {
  const message =
    key === ''
      ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
      : `Invalid API Key provided: ${masked(key)}`
  return turnedAway(401, { type: 'invalid_request_error', message })
}

function forbidden(key: string): StripeRefusal {
  const message = `The provided key '${masked(key)}' does not have the required permissions for this endpoint. Having more permissions would allow this request to continue.`
  return turnedAway(403, { type: 'invalid_request_error', message })
}

function masked(key: string): string {
  return `${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`
}

/** Throws 429 for a request above the rate. */
export function createRateLimit(perSecondMax: number, clock: Clock): () => void {
  const timesMs: number[] = []
  return () => {
    const nowMs = clock.now().getTime()
    while (timesMs[0] !== undefined && timesMs[0] <= nowMs - 1_000) timesMs.shift()
    if (timesMs.length >= perSecondMax) throw tooFast()
    timesMs.push(nowMs)
  }
}

function tooFast(): StripeRefusal {
  return turnedAway(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
  })
}

/** The refusal that a fault orders before the idempotency key is looked at. */
export function refusalOf(fault: Fault | undefined, key: string): StripeRefusal | undefined {
  switch (fault) {
    case 'refuse_401':
      return unknownKey('sk_test_0000000000000000')
    case 'refuse_403':
      return forbidden('rk_test_0000000000000000')
    case 'refuse_409':
      return keyInUse(key)
    case 'refuse_429':
      return tooFast()
    case 'lock_timeout':
      return turnedAway(429, {
        type: 'invalid_request_error',
        code: 'lock_timeout',
        message:
          'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request.',
      })
    default:
      return undefined
  }
}
