/** Every kind of problem this API answers with (RFC 9457); its `type` is `/problems/<kind>`. */
const KINDS = {
  'bad-request': { status: 400, title: 'The request is malformed' },
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  'invalid-value': { status: 400, title: 'A value of the request breaks a rule' },
  'unknown-version': { status: 400, title: 'The version of the body is unknown' },
  unauthorized: { status: 401, title: 'A service key or a session is needed' },
  csrf: { status: 403, title: 'The request does not come from the billing page' },
  'not-allowed': { status: 403, title: 'Whoever asks may not do this' },
  'missing-scope': { status: 403, title: 'The service key may not do this' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'unknown-account': { status: 404, title: 'There is no such account' },
  'unknown-topup': { status: 404, title: 'There is no such top-up' },
  'unknown-call': { status: 404, title: 'There is no such call' },
  'unknown-statement': { status: 404, title: 'There is no such statement' },
  'unknown-card-setup': { status: 404, title: 'There is no such registration of a card' },
  'unknown-number': { status: 404, title: 'There is no such number' },
  'unknown-webhook-endpoint': { status: 404, title: 'There is no such webhook endpoint' },
  'unknown-hold': { status: 404, title: 'There is no such hold' },
  'no-card': { status: 404, title: 'There is no card on file' },
  'method-not-allowed': { status: 405, title: 'The address does not take this method' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'request-in-progress': { status: 409, title: 'The same request is being worked on' },
  'hold-conflict': { status: 409, title: 'The request id stands for something else' },
  'hold-ended': { status: 409, title: 'The hold has ended' },
  'hold-not-extended': { status: 409, title: 'The hold cannot be extended' },
  'topup-open': { status: 409, title: 'Another top-up is on its way' },
  'account-closed': { status: 409, title: 'The account is closed' },
  'dispute-open': { status: 409, title: 'A payment is disputed' },
  'number-refused': { status: 409, title: 'This cannot be done with the number' },
  'changed-meanwhile': { status: 412, title: 'It is not any more as the request has it' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The type of the body is not taken here' },
  'idempotency-key-reused': { status: 422, title: 'The key stands for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'payment-limit': { status: 429, title: 'A limit on payments is reached' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Something went wrong on this side' },
  unavailable: { status: 503, title: 'Not available at the moment' },
  'payments-not-configured': { status: 503, title: 'No card can be charged here' },
  'payments-paused': { status: 503, title: 'No card is charged at the moment' },
  'not-ready': { status: 503, title: 'This process should get no traffic' },
} as const

export type ProblemKind = keyof typeof KINDS

/** What every problem of a kind has. */
export function problemInfo(kind: ProblemKind): { readonly status: number; readonly title: string } {
  return KINDS[kind]
}

/** What more there is to say about a problem. */
interface ProblemParts {
  /** Instead of the one that its kind usually has. */
  readonly status?: number
  /** This occurrence, for people. */
  readonly detail: string
  /** Members beside the standard ones, such as `field` and `rule`. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** Thrown by whatever cannot go on with a request: the client gets it as it stands, so it holds nothing internal. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>

  constructor(kind: ProblemKind, { detail, members = {}, headers = {}, ...parts }: ProblemParts) {
    super(detail)
    const { title } = KINDS[kind]
    const status = parts.status ?? KINDS[kind].status
    this.status = status
    this.headers = headers
    this.body = { type: `/problems/${kind}`, title, status, detail, ...members }
  }
}

/** A field of the request, by its path, and the rule that it breaks. */
export interface Fault {
  readonly field: string
  readonly rule: string
}

/** A field of the request that breaks a rule. */
export function invalidValue(field: string, rule: string): Problem {
  return invalidValues([{ field, rule }])
}

/** Fields of the request that break rules: all of them, and the first one as `field` and `rule`. */
export function invalidValues(faults: readonly Fault[]): Problem {
  return new Problem('invalid-value', {
    detail: faults.map(({ field, rule }) => `${field} ${rule}`).join('; '),
    members: { ...faults[0], faults },
  })
}

export function paymentsNotConfigured(): Problem {
  return new Problem('payments-not-configured', { detail: 'this server has no key of Stripe' })
}
