import type { Stripe } from '../../clients/stripe-types.ts'

/** The `error` of an answer that is not 2xx. */
export type StripeErrorBody = Pick<
  Stripe.StripeRawError,
  'advice_code' | 'charge' | 'code' | 'decline_code' | 'doc_url' | 'message' | 'network_advice_code'
> &
  Pick<Stripe.StripeRawError, 'network_decline_code' | 'param' | 'type'> & {
    readonly payment_intent?: object
    readonly payment_method?: object
    readonly setup_intent?: object
  }

/** An answer of Stripe that is an error. */
export class StripeRefusal extends Error {
  readonly status: number
  readonly body: StripeErrorBody
  /** Only what was answered by the endpoint itself is kept under the idempotency key. */
  readonly reachedEndpoint: boolean

  constructor(status: number, body: StripeErrorBody, { reachedEndpoint }: { reachedEndpoint: boolean }) {
    super(body.message)
    this.status = status
    this.body = body.code ? { ...body, doc_url: docUrl(body.code) } : body
    this.reachedEndpoint = reachedEndpoint
  }
}

/** A parameter that fails validation: the endpoint never began. */
export function badParam(param: string, message: string, code?: string): StripeRefusal {
  return new StripeRefusal(
    400,
    { type: 'invalid_request_error', message, param, ...(code ? { code } : {}) },
    { reachedEndpoint: false },
  )
}

export function missingParam(param: string): StripeRefusal {
  return badParam(param, `Missing required param: ${param}.`, 'parameter_missing')
}

/** No object has this id. `object` as Stripe names it: `payment_intent`, `PaymentMethod`. */
export function noSuch(object: string, id: string, param = 'id'): StripeRefusal {
  const message = `No such ${object}: '${id}'`
  const body = { type: 'invalid_request_error', code: 'resource_missing', message, param } as const
  return new StripeRefusal(404, body, { reachedEndpoint: true })
}

/** A request that the state of its object forbids. */
export function badState(
  code: string,
  message: string,
  about: Pick<StripeErrorBody, 'param' | 'payment_intent' | 'setup_intent'> = {},
): StripeRefusal {
  return new StripeRefusal(
    400,
    { type: 'invalid_request_error', code, message, ...about },
    { reachedEndpoint: true },
  )
}

/** 402: the card was refused. */
export function cardRefused(body: Omit<StripeErrorBody, 'type'>): StripeRefusal {
  return new StripeRefusal(402, { type: 'card_error', ...body }, { reachedEndpoint: true })
}

/** A request that is turned away at the door: wrong key, too fast, key in use. */
export function turnedAway(status: number, body: StripeErrorBody): StripeRefusal {
  return new StripeRefusal(status, body, { reachedEndpoint: false })
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
}
