import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ASKED_SECONDS_DEFAULT, ASKED_SECONDS_MAX, type HoldKey } from '../../billing/hold.ts'
import { parseHoldId } from '../../billing/hold-id.ts'
import { REQUEST_ID_RULE } from '../../billing/parse-hold-ask.ts'
import { grantedSchema, holdAnswer, holdProblem, refusedSchema, unknownHold } from '../hold-answer.ts'
import { partIn, readBody } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const SECONDS_RULE = `must be an integer from 1 to ${ASKED_SECONDS_MAX}`

const extensionSchema = z.object({
  requestId: z
    .string(REQUEST_ID_RULE.message)
    .regex(REQUEST_ID_RULE.pattern, REQUEST_ID_RULE.message)
    .describe("the stack's own, unique per hold"),
  seconds: z
    .int(SECONDS_RULE)
    .min(1, SECONDS_RULE)
    .max(ASKED_SECONDS_MAX, SECONDS_RULE)
    .default(ASKED_SECONDS_DEFAULT)
    .describe('wanted beyond those that were granted so far'),
})

/** Keeps a running call's hold, and asks for more seconds. The same extension again has the same answer. */
export const extendHold = defineRoute({
  method: 'POST',
  path: '/v1/holds/:hold/extend',
  scope: 'holds',
  rateLimit: 'high',
  summary: 'May a running call go on: sets the money for more seconds aside',
  query: z.strictObject({}),
  body: { 'application/json': extensionSchema },
  answers: { status: 201, content: { 'application/json': grantedSchema } },
  otherwise: { status: 200, content: { 'application/json': refusedSchema } },

  async handle({ request, reply }, { holdDesk }) {
    const hold = holdIn(request)
    const answer = holdAnswer(await holdDesk.extend({ hold, ...readBody(extensionSchema, request) }))
    if (!answer.granted) reply.code(200)
    return answer
  },
})

/** Frees what a hold has. One that has ended stays as it is. */
export const releaseHold = defineRoute({
  method: 'DELETE',
  path: '/v1/holds/:hold',
  scope: 'holds',
  rateLimit: 'high',
  summary:
    'Frees what is held for a call or text that did not take place; nothing happens to a hold that has ended',
  query: z.strictObject({}),
  answers: { status: 204, content: {} },

  async handle({ request, reply }, { holdDesk }) {
    const outcome = await holdDesk.release(holdIn(request))
    if (outcome.kind !== 'released') throw holdProblem(outcome)
    reply.send()
  },
})

/** The hold in the address. An id that cannot be one is a hold that does not exist. */
function holdIn(request: FastifyRequest): HoldKey {
  const id = partIn(request, 'hold', /./)
  const key = id && parseHoldId(id)
  if (key) return key
  throw unknownHold()
}
