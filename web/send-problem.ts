import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUnavailable } from '../db/unavailable.ts'
import { BillingError } from '../jobs/billing-error.ts'
import { PROBLEM_MEDIA_TYPE, Problem, paymentsNotConfigured } from './problem.ts'

/** Answers a request with the problem that stopped it. Only what is our fault is logged as an error. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request)
  if (problem.status >= 500 && problem !== error) request.log.error({ err: error }, 'request failed')
  // Serialized here: a route that streams text has no serializer for this.
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify({ ...problem.body, requestId: request.id }))
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error
  if (error instanceof BillingError) return problemOfStripe(error)
  const { code, status } = fastifyErrorOf(error)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(request)
  const known = KNOWN_ERRORS[code]
  if (known) return known
  if (isUnavailable(error)) return UNAVAILABLE
  if (status < 500) return new Problem('bad-request', { detail: 'the request cannot be read' })
  return new Problem('internal-error', { detail: 'the fault is logged under the request id' })
}

/** Stripe gave no answer, or one that nobody here can act on. */
function problemOfStripe({ code, retry }: BillingError): Problem {
  if (code === 'payments_not_configured') return paymentsNotConfigured()
  if (code !== 'stripe_unavailable')
    return new Problem('internal-error', { detail: 'the fault is logged under the request id' })
  const delayMs = retry.kind === 'after' ? retry.delayMs : RETRY_DEFAULT_MS
  return new Problem('unavailable', {
    detail: 'Stripe gives no answer at the moment; try again',
    headers: { 'retry-after': String(Math.ceil(delayMs / 1_000)) },
  })
}

const RETRY_DEFAULT_MS = 5_000

function tooLarge({ routeOptions }: FastifyRequest): Problem {
  const mebibytes = (routeOptions.bodyLimit ?? 0) / 1_048_576
  return new Problem('too-large', { detail: `a body may have at most ${mebibytes} MiB` })
}

const UNAVAILABLE = new Problem('unavailable', {
  detail: 'what the answer needs cannot be reached or takes too long; try again',
  headers: { 'retry-after': '5' },
})

/** Fastify's own errors that say something to a client, by their code. */
const KNOWN_ERRORS: Readonly<Record<string, Problem>> = {
  FST_ERR_BAD_URL: new Problem('bad-request', {
    detail: 'the address has a % that no two hexadecimal digits follow',
  }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem('unsupported-media-type', {
    detail: 'Content-Type must be application/json or application/x-ndjson',
  }),
  FST_ERR_HANDLER_TIMEOUT: UNAVAILABLE,
}

function fastifyErrorOf(error: unknown): { code: string; status: number } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code.startsWith('FST_ERR_')) return { code: '', status: 500 }
  return { code, status: error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500 }
}
